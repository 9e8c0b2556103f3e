package ai.tenon.reference.internal.data;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;

/** Moves elements of any type without looking at them. */
public final class Elements {
    private Elements() {}

    /**
     * A tensor of the elements at {@code index} of {@code source}.
     *
     * @param fill taken where the index is -1: a tensor of one element; null for zero
     */
    public static Tensor pick(Tensor source, int[] index, Tensor fill, long... shape) {
        if (packed(source.type())) {
            return pack(
                    pick(unpack(source), index, fill == null ? null : unpack(fill), shape),
                    source.type());
        }
        Tensor result = Numbers.allocate(source.type(), shape);
        for (int i = 0; i < index.length; i++) {
            if (index[i] >= 0) {
                copy(source, index[i], result, i);
            } else if (fill != null) {
                copy(fill, 0, result, i);
            }
        }
        return result;
    }

    /** A tensor of the elements at {@code index} of {@code source}. */
    public static Tensor pick(Tensor source, int[] index, long... shape) {
        if (source.type().bits() == 32) {
            Tensor result = Numbers.allocate(source.type(), shape);
            ByteBuffer from = source.buffer();
            ByteBuffer to = result.buffer();
            for (int i = 0; i < index.length; i++) {
                to.putInt(4 * i, from.getInt(4 * index[i]));
            }
            return result;
        }
        return pick(source, index, null, shape);
    }

    /** A copy of {@code target} with the elements of {@code source} at {@code index}. */
    public static Tensor put(Tensor target, int[] index, Tensor source) {
        if (packed(target.type())) {
            return pack(put(unpack(target), index, unpack(source)), target.type());
        }
        Tensor result = copyOf(target);
        for (int i = 0; i < index.length; i++) {
            copy(source, i, result, index[i]);
        }
        return result;
    }

    /** A copy on the heap. */
    public static Tensor copyOf(Tensor tensor) {
        if (tensor.type() == DataType.STRING) {
            return Tensor.ofStrings(tensor.strings().clone(), tensor.shape());
        }
        Tensor result = Numbers.allocate(tensor.type(), tensor.shape());
        result.buffer().put(0, tensor.buffer(), 0, tensor.byteSize());
        return result;
    }

    /**
     * Copies {@code count} consecutive elements. Not for types of fewer than eight bits: see {@link
     * #unpack}.
     */
    public static void copy(Tensor from, int fromAt, Tensor to, int toAt, int count) {
        if (from.type() == DataType.STRING) {
            System.arraycopy(from.strings(), fromAt, to.strings(), toAt, count);
        } else {
            int width = from.type().bits() / 8;
            to.buffer().put(toAt * width, from.buffer(), fromAt * width, count * width);
        }
    }

    private static void copy(Tensor from, int fromAt, Tensor to, int toAt) {
        switch (from.type().bits()) {
            case 0 -> to.strings()[toAt] = from.strings()[fromAt];
            case 8 -> to.buffer().put(toAt, from.buffer().get(fromAt));
            case 16 -> to.buffer().putShort(2 * toAt, from.buffer().getShort(2 * fromAt));
            case 32 -> to.buffer().putInt(4 * toAt, from.buffer().getInt(4 * fromAt));
            case 64 -> to.buffer().putLong(8 * toAt, from.buffer().getLong(8 * fromAt));
            default -> copy(from, fromAt, to, toAt, 1);
        }
    }

    /** True for types of fewer than eight bits. */
    public static boolean packed(DataType type) {
        return type.bits() > 0 && type.bits() < 8;
    }

    /** A tensor of one byte per element. */
    public static Tensor unpack(Tensor tensor) {
        return Numbers.ofCodes(DataType.UINT8, Numbers.codes(tensor), tensor.shape());
    }

    /** The opposite of {@link #unpack}. */
    public static Tensor pack(Tensor tensor, DataType type) {
        return Numbers.ofCodes(type, Numbers.codes(tensor), tensor.shape());
    }
}
