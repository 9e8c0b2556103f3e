package ai.tenon.cli.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.SmallFloat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** A tensor's elements as numbers that JSON and people understand. */
final class Elements {
    private Elements() {}

    /**
     * All elements, row-major.
     *
     * @throws IllegalArgumentException for types that NumPy cannot hold either
     */
    static List<Object> of(Tensor tensor) {
        return IntStream.range(0, tensor.size()).mapToObj(i -> element(tensor, i)).toList();
    }

    private static Object element(Tensor tensor, int i) {
        if (tensor.type() == DataType.STRING) {
            return tensor.strings()[i];
        }
        ByteBuffer data = tensor.buffer();
        return switch (tensor.type()) {
            case FLOAT -> data.getFloat(4 * i);
            case DOUBLE -> data.getDouble(8 * i);
            case FLOAT16 -> (float) SmallFloat.FLOAT16.decode(data.getShort(2 * i));
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
}
