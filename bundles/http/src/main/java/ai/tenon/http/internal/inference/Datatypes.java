package ai.tenon.http.internal.inference;

import ai.tenon.graph.DataType;
import ai.tenon.http.internal.web.HttpError;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The Open Inference Protocol's names of element types. */
final class Datatypes {
    private static final Map<DataType, String> NAMES =
            new EnumMap<>(
                    Map.ofEntries(
                            Map.entry(DataType.BOOL, "BOOL"),
                            Map.entry(DataType.UINT8, "UINT8"),
                            Map.entry(DataType.UINT16, "UINT16"),
                            Map.entry(DataType.UINT32, "UINT32"),
                            Map.entry(DataType.UINT64, "UINT64"),
                            Map.entry(DataType.INT8, "INT8"),
                            Map.entry(DataType.INT16, "INT16"),
                            Map.entry(DataType.INT32, "INT32"),
                            Map.entry(DataType.INT64, "INT64"),
                            Map.entry(DataType.FLOAT16, "FP16"),
                            Map.entry(DataType.FLOAT, "FP32"),
                            Map.entry(DataType.DOUBLE, "FP64"),
                            Map.entry(DataType.BFLOAT16, "BF16"),
                            Map.entry(DataType.STRING, "BYTES")));

    private static final Map<String, DataType> TYPES = new HashMap<>();

    static {
        NAMES.forEach((type, name) -> TYPES.put(name, type));
    }

    private Datatypes() {}

    /** The protocol's name; ONNX's own for a type that the protocol does not have. */
    static String name(DataType type) {
        return NAMES.getOrDefault(type, type.name());
    }

    /** True if the protocol has this type at all. */
    static boolean known(DataType type) {
        return NAMES.containsKey(type);
    }

    /** True if JSON can carry elements of this type; the others are binary only. */
    static boolean hasJson(DataType type) {
        return known(type) && type != DataType.FLOAT16 && type != DataType.BFLOAT16;
    }

    static DataType parse(String name) throws HttpError {
        DataType type = TYPES.get(name);
        if (type == null) {
            throw HttpError.invalid(
                    "'"
                            + name
                            + "' is no datatype of the Open Inference Protocol, as FP32 or INT64");
        }
        return type;
    }
}
