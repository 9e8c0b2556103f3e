package ai.tenon.reference.internal.data;

import java.util.Arrays;

/**
 * A tensor seen as lanes along some of its axes: what reductions, softmax, normalisations and
 * sorting walk over. Element {@code i} of lane {@code l} lies at {@code starts[l] + offsets[i]}.
 */
public final class Lanes {
    /** First element of each lane, lanes in row-major order of the other axes. */
    public final int[] starts;

    /** Distance of each element from its lane's first. */
    public final int[] offsets;

    private final long[] shape;
    private final boolean[] along;

    public Lanes(long[] shape, int... axes) {
        this.shape = shape.clone();
        along = new boolean[shape.length];
        for (int axis : axes) {
            along[axis] = true;
        }
        starts = index(false);
        offsets = index(true);
    }

    private int[] index(boolean inside) {
        int[] strides = Strides.of(shape);
        long[] lengths = shape.clone();
        for (int axis = 0; axis < lengths.length; axis++) {
            if (along[axis] != inside) {
                lengths[axis] = 1;
            }
        }
        return Strides.index(lengths, strides, 0);
    }

    /** The shape with one element per lane. */
    public long[] reduced(boolean keepDims) {
        return withLength(1, keepDims);
    }

    /** The shape with {@code length} elements in place of each axis walked along. */
    public long[] withLength(long length) {
        return withLength(length, true);
    }

    private long[] withLength(long length, boolean keep) {
        long[] result = new long[shape.length];
        int rank = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            if (!along[axis]) {
                result[rank++] = shape[axis];
            } else if (keep) {
                result[rank++] = length;
            }
        }
        return Arrays.copyOf(result, rank);
    }
}
