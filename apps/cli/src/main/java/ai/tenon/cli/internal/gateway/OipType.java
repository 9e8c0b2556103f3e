package ai.tenon.cli.internal.gateway;

import ai.tenon.graph.DataType;
import java.util.EnumMap;
import java.util.Map;

/** The Open Inference Protocol's names of element types. */
public final class OipType {
    private static final Map<DataType, String> OTHERS =
            new EnumMap<>(
                    Map.of(
                            DataType.FLOAT, "FP32",
                            DataType.FLOAT16, "FP16",
                            DataType.BFLOAT16, "BF16",
                            DataType.DOUBLE, "FP64",
                            DataType.STRING, "BYTES"));

    private OipType() {}

    /** The protocol's name; integers and BOOL are called alike in ONNX. */
    public static String name(DataType type) {
        return OTHERS.getOrDefault(type, type.name());
    }

    /**
     * The type of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static DataType of(String name) {
        return OTHERS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> DataType.valueOf(name));
    }
}
