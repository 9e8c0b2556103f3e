package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/**
 * Attention: {@code softmax(cap(scale · q · kᵀ) + bias) · v}, head by head.
 *
 * @param softcap bounds the scores: {@code softcap · tanh(score / softcap)}; 0 for none
 * @param sinks one more score per head, which takes its share of the softmax and gives nothing;
 *     null for none
 */
public record ScaledDotProduct(double scale, double softcap, double[] sinks) {
    /** What is shown of the scores besides the result. */
    public enum Shown {
        SCALED,
        CAPPED,
        BIASED,
        SOFTMAX;

        /** By the number of {@code qk_matmul_output_mode}. */
        public static Shown of(long mode) {
            if (mode < 0 || mode >= values().length) {
                throw new IllegalArgumentException("qk_matmul_output_mode " + mode);
            }
            return values()[(int) mode];
        }
    }

    /** The usual one. */
    public ScaledDotProduct(double scale) {
        this(scale, 0, null);
    }

    /** By {@code 1 / √size} unless it is given. */
    public static double scale(double given, long size) {
        return given != 0 ? given : 1 / Math.sqrt(size);
    }

    /**
     * Attends.
     *
     * @param q [batch, heads, rows, size]
     * @param k [batch, heads / n, columns, size]: n heads of q share one
     * @param v [batch, heads / n, columns, value size]
     * @param bias [batch, heads, rows, columns], added to the scores; -∞ hides, and a row of which
     *     everything is hidden gives 0
     * @return [batch, heads, rows, value size], and what is to be shown, shaped as the bias
     */
    public Tensor[] over(Tensor q, Tensor k, Tensor v, double[] bias, Shown show) {
        int heads = (int) q.dim(1);
        int rows = (int) q.dim(2);
        int size = (int) q.dim(3);
        int columns = (int) k.dim(2);
        int shared = heads / (int) k.dim(1);
        int valueSize = (int) v.dim(3);
        double[] queries = Numbers.doubles(q);
        double[] keys = Numbers.doubles(k);
        double[] values = Numbers.doubles(v);
        long[] shape = {q.dim(0), heads, rows, columns};
        double[] y = new double[Tensor.elements(new long[] {q.dim(0), heads, rows, valueSize})];
        double[] shown = new double[bias.length];
        // The last one is the sink's.
        double[] scores = new double[columns + 1];
        int[] lane = Strides.range(0, sinks == null ? columns : columns + 1);
        for (int row = 0; row < bias.length / Math.max(columns, 1); row++) {
            int head = row / rows;
            int source = head / heads * (heads / shared) + head % heads / shared;
            boolean masked = true;
            for (int j = 0; j < columns; j++) {
                double dot = 0;
                for (int d = 0; d < size; d++) {
                    dot += queries[row * size + d] * keys[(source * columns + j) * size + d];
                }
                double score = dot * scale;
                double capped = softcap == 0 ? score : softcap * Math.tanh(score / softcap);
                int at = row * columns + j;
                scores[j] = capped + bias[at];
                masked &= bias[at] == Double.NEGATIVE_INFINITY;
                shown[at] =
                        show == Shown.SCALED ? score : show == Shown.CAPPED ? capped : scores[j];
            }
            if (masked) {
                Arrays.fill(scores, 0);
            } else {
                scores[columns] = sinks == null ? 0 : sinks[head % heads];
                SoftmaxFamily.softmax(scores, 0, lane);
            }
            for (int j = 0; j < columns; j++) {
                shown[row * columns + j] =
                        show == Shown.SOFTMAX ? scores[j] : shown[row * columns + j];
                for (int d = 0; d < valueSize && scores[j] != 0; d++) {
                    y[row * valueSize + d] +=
                            scores[j] * values[(source * columns + j) * valueSize + d];
                }
            }
        }
        return new Tensor[] {
            Numbers.of(q.type(), y, q.dim(0), heads, rows, valueSize),
            Numbers.of(q.type(), shown, shape)
        };
    }

    /** [batch, sequence, heads · size] as [batch, heads, sequence, size]; others as they are. */
    public static Tensor split(Tensor x, int heads) {
        return x.rank() == 4
                ? x
                : Rearranging.transpose(
                        x.reshaped(x.dim(0), x.dim(1), heads, x.dim(2) / heads), 0, 2, 1, 3);
    }

    /** The opposite of {@link #split}. */
    public static Tensor merge(Tensor x) {
        return Rearranging.transpose(x, 0, 2, 1, 3)
                .reshaped(x.dim(0), x.dim(2), x.dim(1) * x.dim(3));
    }
}
