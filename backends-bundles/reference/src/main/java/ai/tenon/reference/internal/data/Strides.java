package ai.tenon.reference.internal.data;

import ai.tenon.graph.Tensor;
import java.util.Arrays;

/** Index arithmetic on row-major shapes. */
public final class Strides {
    private Strides() {}

    /** Row-major strides in elements. */
    public static int[] of(long... shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= (int) shape[axis];
        }
        return strides;
    }

    /**
     * The shape that these broadcast to, as NumPy does.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    public static long[] broadcast(long[]... shapes) {
        int rank = Arrays.stream(shapes).mapToInt(shape -> shape.length).max().orElse(0);
        long[] result = new long[rank];
        Arrays.fill(result, 1);
        for (long[] shape : shapes) {
            for (int axis = 0; axis < shape.length; axis++) {
                int at = rank - shape.length + axis;
                if (result[at] != shape[axis] && shape[axis] != 1) {
                    if (result[at] != 1) {
                        throw new IllegalArgumentException(
                                "shapes " + Arrays.deepToString(shapes) + " do not broadcast");
                    }
                    result[at] = shape[axis];
                }
            }
        }
        return result;
    }

    /** Strides that read a tensor of {@code shape} as if it had the shape {@code to}. */
    public static int[] broadcasting(long[] shape, long[] to) {
        if (shape.length > to.length) {
            throw new IllegalArgumentException(
                    "shape "
                            + Arrays.toString(shape)
                            + " does not broadcast to "
                            + Arrays.toString(to));
        }
        int[] own = of(shape);
        int[] strides = new int[to.length];
        int lead = to.length - shape.length;
        for (int axis = 0; axis < shape.length; axis++) {
            if (shape[axis] != 1 && shape[axis] != to[lead + axis]) {
                throw new IllegalArgumentException(
                        "shape "
                                + Arrays.toString(shape)
                                + " does not broadcast to "
                                + Arrays.toString(to));
            }
            strides[lead + axis] = shape[axis] == 1 ? 0 : own[axis];
        }
        return strides;
    }

    /** Positions in a tensor of {@code shape} for each element of the shape {@code to}. */
    public static int[] broadcastIndex(long[] shape, long[] to) {
        return index(to, broadcasting(shape, to), 0);
    }

    /**
     * For each element of {@code shape} in row-major order: {@code offset + Σ coordinate · stride}.
     */
    public static int[] index(long[] shape, int[] strides, int offset) {
        int[] index = new int[Tensor.elements(shape)];
        if (index.length == 0) {
            return index;
        }
        int rank = shape.length;
        if (rank == 0) {
            index[0] = offset;
            return index;
        }
        int[] at = new int[rank];
        int inner = (int) shape[rank - 1];
        int step = strides[rank - 1];
        int position = offset;
        for (int i = 0; i < index.length; ) {
            for (int j = 0, p = position; j < inner; j++, p += step) {
                index[i++] = p;
            }
            for (int axis = rank - 2; axis >= 0; axis--) {
                position += strides[axis];
                if (++at[axis] < shape[axis]) {
                    break;
                }
                position -= strides[axis] * at[axis];
                at[axis] = 0;
            }
        }
        return index;
    }

    /** The coordinates of the element at {@code position} of a row-major shape. */
    public static int[] coordinates(int position, long[] shape) {
        int[] at = new int[shape.length];
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            at[axis] = (int) (position % shape[axis]);
            position /= (int) shape[axis];
        }
        return at;
    }

    /**
     * An axis counted from the front.
     *
     * @throws IllegalArgumentException if there is no such axis
     */
    public static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException("axis " + axis + " is outside of rank " + rank);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** All of {@link #axis}. */
    public static int[] axes(long[] axes, int rank) {
        return Arrays.stream(axes).mapToInt(axis -> axis(axis, rank)).toArray();
    }

    /** The axes from {@code from} (inclusive) to {@code to} (exclusive). */
    public static int[] range(int from, int to) {
        return java.util.stream.IntStream.range(from, Math.max(from, to)).toArray();
    }

    /** Product of the lengths from axis {@code from} (inclusive) to {@code to} (exclusive). */
    public static int product(long[] shape, int from, int to) {
        return Tensor.elements(Arrays.copyOfRange(shape, from, to));
    }
}
