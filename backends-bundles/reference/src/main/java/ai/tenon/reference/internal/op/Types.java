package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Sets of element types that operators accept. */
public final class Types {
    public static final Set<DataType> FLOATS =
            set(DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16, DataType.BFLOAT16);
    public static final Set<DataType> INTEGERS =
            set(
                    DataType.INT8,
                    DataType.INT16,
                    DataType.INT32,
                    DataType.INT64,
                    DataType.UINT8,
                    DataType.UINT16,
                    DataType.UINT32,
                    DataType.UINT64);
    public static final Set<DataType> NUMERIC = union(FLOATS, INTEGERS);
    public static final Set<DataType> INDEXES = set(DataType.INT32, DataType.INT64);
    public static final Set<DataType> BOOL = set(DataType.BOOL);
    public static final Set<DataType> STRING = set(DataType.STRING);
    public static final Set<DataType> NUMERIC_OR_BOOL = union(NUMERIC, BOOL);
    public static final Set<DataType> COMPLEX = set(DataType.COMPLEX64, DataType.COMPLEX128);

    /** Every type that is a number, the ones of few bits included. */
    public static final Set<DataType> NUMBERS =
            Collections.unmodifiableSet(
                    EnumSet.complementOf(EnumSet.copyOf(union(STRING, COMPLEX))));

    /** Every type there is. */
    public static final Set<DataType> ANY =
            Collections.unmodifiableSet(EnumSet.allOf(DataType.class));

    private Types() {}

    public static Set<DataType> set(DataType first, DataType... others) {
        return Collections.unmodifiableSet(EnumSet.of(first, others));
    }

    public static Set<DataType> union(Set<DataType> a, Set<DataType> b) {
        EnumSet<DataType> all = EnumSet.copyOf(a);
        all.addAll(b);
        return Collections.unmodifiableSet(all);
    }
}
