package ai.tenon.cli.internal.npy;

import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** A tensor's elements as numbers that JSON and people understand. */
public final class Elements {
    private Elements() {}

    /**
     * All elements, row-major.
     *
     * @throws IllegalArgumentException for types that NumPy cannot hold either
     */
    public static List<Object> of(Tensor tensor) {
        return IntStream.range(0, tensor.size()).mapToObj(i -> element(tensor, i)).toList();
    }

    private static Object element(Tensor tensor, int i) {
        if (tensor.type() == ai.tenon.graph.DataType.STRING) {
            return tensor.strings()[i];
        }
        ByteBuffer data = tensor.buffer();
        return switch (tensor.type()) {
            case FLOAT -> data.getFloat(4 * i);
            case DOUBLE -> data.getDouble(8 * i);
            case FLOAT16 -> half(data.getShort(2 * i));
            case BFLOAT16 -> Float.intBitsToFloat(data.getShort(2 * i) << 16);
            case INT8 -> data.get(i);
            case UINT8 -> Byte.toUnsignedInt(data.get(i));
            case BOOL -> data.get(i) != 0;
            case INT16 -> data.getShort(2 * i);
            case UINT16 -> Short.toUnsignedInt(data.getShort(2 * i));
            case INT32 -> data.getInt(4 * i);
            case UINT32 -> Integer.toUnsignedLong(data.getInt(4 * i));
            case INT64 -> data.getLong(8 * i);
            case UINT64 -> new java.math.BigInteger(Long.toUnsignedString(data.getLong(8 * i)));
            default ->
                    throw new IllegalArgumentException(
                            "elements of type " + tensor.type() + " cannot be shown");
        };
    }

    /** IEEE 754 binary16. */
    private static float half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude =
                exponent == 0
                        ? Math.scalb((float) fraction, -24)
                        : exponent == 31
                                ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                                : Math.scalb((float) (fraction | 0x400), exponent - 25);
        return bits < 0 ? -magnitude : magnitude;
    }
}
