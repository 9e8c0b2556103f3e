package ai.tenon.cpu.internal.plan;

import ai.tenon.graph.DataType;
import java.util.Map;

/** Element types as native code numbers them ({@code tn_type}). */
public final class Types {
    private static final Map<DataType, Integer> NUMBERS =
            Map.ofEntries(
                    Map.entry(DataType.FLOAT, 0),
                    Map.entry(DataType.UINT8, 1),
                    Map.entry(DataType.INT8, 2),
                    Map.entry(DataType.INT32, 3),
                    Map.entry(DataType.INT64, 4),
                    Map.entry(DataType.BOOL, 5),
                    Map.entry(DataType.BFLOAT16, 6),
                    Map.entry(DataType.FLOAT16, 7),
                    Map.entry(DataType.DOUBLE, 8),
                    Map.entry(DataType.INT16, 9),
                    Map.entry(DataType.UINT16, 10),
                    Map.entry(DataType.UINT32, 11),
                    Map.entry(DataType.UINT64, 12));

    private Types() {}

    /** True if native code knows the type. */
    public static boolean isKnown(DataType type) {
        return type != null && NUMBERS.containsKey(type);
    }

    /** The type's number. */
    public static int number(DataType type) {
        Integer number = NUMBERS.get(type);
        if (number == null) {
            throw new IllegalArgumentException("native code has no type " + type);
        }
        return number;
    }
}
