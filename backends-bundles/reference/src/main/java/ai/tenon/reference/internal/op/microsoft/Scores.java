package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** What is added to the scores of an attention: given biases, masks, and -∞ for what lies ahead. */
final class Scores {
    private final long[] shape;
    private final double[] bias;

    /**
     * @param rows queries
     * @param columns keys
     */
    Scores(long batches, long heads, long rows, long columns) {
        shape = new long[] {batches, heads, rows, columns};
        bias = new double[Tensor.elements(shape)];
    }

    /** [batch, heads, rows, columns]. */
    double[] bias() {
        return bias;
    }

    /** Whether a query may not see a key. */
    @FunctionalInterface
    interface Hidden {
        boolean test(int batch, int row, int column);
    }

    Scores hide(Hidden hidden) {
        return hide(hidden, Double.NEGATIVE_INFINITY);
    }

    private Scores hide(Hidden hidden, double value) {
        int rows = (int) shape[2];
        int columns = (int) shape[3];
        for (int i = 0; i < bias.length; i++) {
            int row = i / columns;
            if (hidden.test(row / rows / (int) shape[1], row % rows, i % columns)) {
                bias[i] += value;
            }
        }
        return this;
    }

    /** Hides the keys behind each query, the last of which sits at the last key. */
    Scores causal() {
        int past = (int) (shape[3] - shape[2]);
        return hide((batch, row, column) -> column > row + past);
    }

    /** Adds a tensor that broadcasts to the scores; null adds nothing. */
    Scores add(Tensor given) {
        if (given != null) {
            // It may cover fewer keys than there is room for.
            int width = (int) given.dim(given.rank() - 1);
            long[] covered = shape.clone();
            covered[3] = width;
            int[] at = Strides.broadcastIndex(given.shape(), covered);
            double[] values = Numbers.doubles(given);
            for (int i = 0; i < at.length; i++) {
                bias[(int) (i / width * shape[3] + i % width)] += values[at[i]];
            }
        }
        return this;
    }

    /**
     * Adds {@code filter} where a mask says so.
     *
     * @param mask null for none; [batch, keys] or [batch, queries, keys] with 0 for hidden; or
     *     [batch] ends, or [2 · batch] ends and then starts
     */
    Scores mask(Tensor mask, double filter) {
        if (mask == null) {
            return this;
        }
        long[] m = Numbers.longs(mask);
        int batches = (int) shape[0];
        int rows = (int) shape[2];
        int columns = (int) shape[3];
        if (mask.hasShape(new long[] {batches})) {
            return hide((b, row, column) -> column >= m[b], filter);
        }
        if (mask.hasShape(new long[] {2L * batches})) {
            return hide((b, row, column) -> column >= m[b] || column < m[batches + b], filter);
        }
        if (mask.hasShape(new long[] {batches, columns})) {
            return hide((b, row, column) -> m[b * columns + column] <= 0, filter);
        }
        if (mask.hasShape(new long[] {batches, rows, columns})) {
            return hide((b, row, column) -> m[(b * rows + row) * columns + column] <= 0, filter);
        }
        throw new IllegalArgumentException(
                "a mask of " + mask + " is not known for scores of " + Arrays.toString(shape));
    }
}
