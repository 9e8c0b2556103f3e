package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.util.Arrays;

/**
 * A value of the model as it lies in memory.
 *
 * @param type of the elements in memory; UINT8 for all quantized values
 * @param shape as the model sees it
 * @param channelsLast whether dimension 1 is the innermost in memory (N, spatial, C); else
 *     row-major
 * @param ld elements from one pixel to the next where channels are last, else the length of the
 *     innermost dimension
 * @param quantization of quantized values; null for all others
 */
public record Operand(
        Place place,
        DataType type,
        long[] shape,
        boolean channelsLast,
        long ld,
        Quantization quantization) {

    /** Row-major without gaps. */
    public static Operand dense(Place place, DataType type, long... shape) {
        return new Operand(place, type, shape, false, inner(shape), null);
    }

    /** Channels last without gaps. */
    public static Operand last(Place place, DataType type, long... shape) {
        return new Operand(place, type, shape, true, shape[1], null);
    }

    public Operand quantized(Quantization by) {
        return new Operand(place, type, shape, channelsLast, ld, by);
    }

    /** The same memory under another shape, which has to be dense and row-major. */
    public Operand reshaped(long... to) {
        return new Operand(place, type, to, false, inner(to), quantization);
    }

    private static long inner(long[] shape) {
        return shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    public int rank() {
        return shape.length;
    }

    /** Number of elements. */
    public long size() {
        return Tensor.elements(shape);
    }

    /** Rows of the matrix that it is in memory: pixels, or all dimensions but the innermost. */
    public long rows() {
        long cols = cols();
        return cols == 0 ? 0 : size() / cols;
    }

    /** Columns of that matrix: channels, or the innermost dimension. */
    public long cols() {
        return channelsLast ? shape[1] : inner(shape);
    }

    /** True if there are no gaps between pixels. */
    public boolean isDense() {
        return !channelsLast || ld == shape[1];
    }

    /** Elements from one index to the next, by dimension as the model sees them. */
    public long[] strides() {
        long[] strides = new long[shape.length];
        long step = 1;
        if (channelsLast) {
            strides[1] = 1;
            step = ld;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                if (axis != 1) {
                    strides[axis] = step;
                    step *= shape[axis];
                }
            }
            return strides;
        }
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = step;
            step *= shape[axis];
        }
        return strides;
    }

    /**
     * True for the other layout of the same memory: nothing lies beside another channel or pixel.
     */
    public boolean isSameInBothLayouts() {
        if (shape.length < 3) {
            return true;
        }
        long spatial = 1;
        for (int axis = 2; axis < shape.length; axis++) {
            spatial *= shape[axis];
        }
        return (spatial == 1 || shape[1] == 1) && isDense();
    }

    public boolean hasShape(long... other) {
        return Arrays.equals(shape, other);
    }
}
