package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Node;
import java.util.Arrays;

/**
 * Which elements of its input a Conv reads for one element of its output.
 *
 * @param kernel number of elements along each axis
 * @param pads how far the first lies before the beginning, then how much there is behind the end
 */
record Window(long[] kernel, long[] pads, long[] dilations, long[] strides) {

    /** Null if it depends on the size of the input. */
    static Window of(Node conv, long[] weightShape) {
        long[] kernel = Arrays.copyOfRange(weightShape, 2, weightShape.length);
        long[] pads = Padding.of(conv, kernel);
        return pads == null
                ? null
                : new Window(
                        kernel,
                        pads,
                        Padding.dilations(conv, kernel.length),
                        Padding.strides(conv, kernel.length));
    }

    /** The window of an operator that computes element by element. */
    static Window point(int axes) {
        long[] ones = new long[axes];
        Arrays.fill(ones, 1);
        return new Window(ones, new long[2 * axes], ones, ones);
    }

    /** True if it is of one element and does not reach over the border. */
    boolean isPoint() {
        return Padding.isOne(kernel) && Padding.isZero(pads);
    }

    /** Number of elements. */
    int size() {
        return (int) Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
    }

    /**
     * Where in this window the elements of another one lie.
     *
     * @return for each element of the other, row-major, its position in this one; null if one lies
     *     outside, or the outputs are not of the same size
     */
    int[] positionsOf(Window other) {
        if (!Arrays.equals(strides, other.strides)) {
            return null;
        }
        int axes = kernel.length;
        int[] positions = new int[other.size()];
        int inner = 1;
        int otherInner = 1;
        for (int axis = axes - 1; axis >= 0; axis--) {
            if (reach(axis) != other.reach(axis)) {
                return null;
            }
            for (int i = 0; i < positions.length; i++) {
                long index = i / otherInner % other.kernel[axis];
                long offset = pads[axis] - other.pads[axis] + index * other.dilations[axis];
                long step = kernel[axis] == 1 ? 1 : dilations[axis];
                if (offset < 0 || offset % step != 0 || offset / step >= kernel[axis]) {
                    return null;
                }
                positions[i] += (int) (offset / step) * inner;
            }
            inner *= (int) kernel[axis];
            otherInner *= (int) other.kernel[axis];
        }
        return positions;
    }

    /** How much longer the output is than the input, before the stride. */
    private long reach(int axis) {
        return pads[axis] + pads[kernel.length + axis] - dilations[axis] * (kernel[axis] - 1);
    }
}
