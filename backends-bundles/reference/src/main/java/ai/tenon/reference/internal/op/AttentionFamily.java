package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Scaled dot-product attention and the rotation of positions. */
final class AttentionFamily implements Operators.Family {
    /** What a node says. */
    private record Settings(
            boolean causal, int queryHeads, int keyHeads, float scale, double softcap, long mode) {}

    @Override
    public void register(Operators ops) {
        ops.op("Attention")
                .since(23)
                .types(Types.FLOATS)
                .input(3, Types.union(Types.FLOATS, Types.BOOL))
                .input(6, Types.INDEXES)
                .many(
                        call -> {
                            Settings settings =
                                    new Settings(
                                            call.flag("is_causal", false),
                                            (int) call.integer("q_num_heads", 0),
                                            (int) call.integer("kv_num_heads", 0),
                                            call.real("scale", 0),
                                            call.real("softcap", 0),
                                            call.integer("qk_matmul_output_mode", 0));
                            call.ignore("softmax_precision");
                            return in -> attend(in, settings);
                        });
        ops.op("RotaryEmbedding")
                .since(23)
                .types(Types.FLOATS)
                .input(3, Types.INDEXES)
                .one(
                        call -> {
                            boolean interleaved = call.flag("interleaved", false);
                            int heads = (int) call.integer("num_heads", 0);
                            int dims = (int) call.integer("rotary_embedding_dim", 0);
                            return in -> rotate(in, interleaved, heads, dims);
                        });
    }

    /** [batch, sequence, heads · size] as [batch, heads, sequence, size]; others as they are. */
    private static Tensor split(Tensor x, int heads) {
        return x.rank() == 4
                ? x
                : Rearranging.transpose(
                        x.reshaped(x.dim(0), x.dim(1), heads, x.dim(2) / heads), 0, 2, 1, 3);
    }

    private static Tensor[] attend(Tensor[] in, Settings settings) {
        Tensor q = split(in[0], settings.queryHeads);
        Tensor k = split(in[1], settings.keyHeads);
        Tensor v = split(in[2], settings.keyHeads);
        Tensor pastKey = Kernel.optional(in, 4);
        Tensor pastValue = Kernel.optional(in, 5);
        long past = 0;
        if (pastKey != null) {
            past = pastKey.dim(2);
            k = Rearranging.concat(new Tensor[] {pastKey, k}, 2);
            v = Rearranging.concat(new Tensor[] {pastValue, v}, 2);
        }
        int batches = (int) q.dim(0);
        int heads = (int) q.dim(1);
        int rows = (int) q.dim(2);
        int size = (int) q.dim(3);
        int columns = (int) k.dim(2);
        int shared = heads / (int) k.dim(1);
        int valueSize = (int) v.dim(3);
        double scale = settings.scale != 0 ? settings.scale : 1 / Math.sqrt(size);
        double[] queries = Numbers.doubles(q);
        double[] keys = Numbers.doubles(k);
        double[] values = Numbers.doubles(v);
        long[] shape = {batches, heads, rows, columns};
        double[] bias = bias(in, settings.causal, past, shape);
        double[] y = new double[batches * heads * rows * valueSize];
        double[] shown = new double[Tensor.elements(shape)];
        double[] scores = new double[columns];
        for (int row = 0; row < batches * heads * rows; row++) {
            int head = row / rows;
            int source = head / heads * (heads / shared) + head % heads / shared;
            boolean masked = true;
            for (int j = 0; j < columns; j++) {
                double dot = 0;
                for (int d = 0; d < size; d++) {
                    dot += queries[row * size + d] * keys[(source * columns + j) * size + d];
                }
                double score = dot * scale;
                double capped =
                        settings.softcap == 0
                                ? score
                                : settings.softcap * Math.tanh(score / settings.softcap);
                int at = row * columns + j;
                scores[j] = capped + bias[at];
                masked &= bias[at] == Double.NEGATIVE_INFINITY;
                shown[at] = settings.mode == 0 ? score : settings.mode == 1 ? capped : scores[j];
            }
            if (masked) {
                Arrays.fill(scores, 0);
            } else {
                SoftmaxFamily.softmax(scores, 0, Strides.range(0, columns));
            }
            for (int j = 0; j < columns; j++) {
                shown[row * columns + j] =
                        settings.mode == 3 ? scores[j] : shown[row * columns + j];
                for (int d = 0; d < valueSize && scores[j] != 0; d++) {
                    y[row * valueSize + d] +=
                            scores[j] * values[(source * columns + j) * valueSize + d];
                }
            }
        }
        Tensor result = Numbers.of(q.type(), y, batches, heads, rows, valueSize);
        if (in[0].rank() == 3) {
            result =
                    Rearranging.transpose(result, 0, 2, 1, 3)
                            .reshaped(batches, rows, (long) heads * valueSize);
        }
        return new Tensor[] {result, k, v, Numbers.of(q.type(), shown, shape)};
    }

    /** What is added to each score: the mask, 0 or -∞ for what lies ahead and for padding. */
    private static double[] bias(Tensor[] in, boolean causal, long past, long[] shape) {
        Tensor mask = Kernel.optional(in, 3);
        long[] lengths = Slicing.longs(in, 6);
        int rows = (int) shape[2];
        int columns = (int) shape[3];
        int[] at = null;
        double[] given = null;
        int width = 0;
        if (mask != null) {
            // A mask may cover fewer keys than there are: the rest is masked.
            width = (int) mask.dim(mask.rank() - 1);
            long[] covered = shape.clone();
            covered[3] = width;
            at = Strides.broadcastIndex(mask.shape(), covered);
            given = Numbers.doubles(mask);
            for (int i = 0; i < given.length && mask.type() == DataType.BOOL; i++) {
                given[i] = given[i] != 0 ? 0 : Double.NEGATIVE_INFINITY;
            }
        }
        double[] bias = new double[Tensor.elements(shape)];
        for (int i = 0; i < bias.length; i++) {
            int column = i % columns;
            int row = i / columns % rows;
            int batch = i / columns / rows / (int) shape[1];
            long offset = lengths != null ? lengths[batch] - rows : past;
            boolean hidden =
                    causal && column > row + offset
                            || lengths != null && column >= lengths[batch]
                            || mask != null && column >= width;
            bias[i] =
                    hidden
                            ? Double.NEGATIVE_INFINITY
                            : mask == null ? 0 : given[at[i / columns * width + column]];
        }
        return bias;
    }

    private static Tensor rotate(Tensor[] in, boolean interleaved, int heads, int wanted) {
        Tensor x = split(in[0], heads);
        int sequence = (int) x.dim(2);
        int size = (int) x.dim(3);
        int half = (wanted == 0 ? size : wanted) / 2;
        Tensor positions = Kernel.optional(in, 3);
        long[] ids = positions == null ? null : Numbers.longs(positions);
        double[] cos = Numbers.doubles(in[1]);
        double[] sin = Numbers.doubles(in[2]);
        int width = (int) in[1].dim(in[1].rank() - 1);
        double[] values = Numbers.doubles(x);
        for (int row = 0; row < values.length / size; row++) {
            int batch = row / sequence / (int) x.dim(1);
            int token = batch * sequence + row % sequence;
            int angle = (ids == null ? token : (int) ids[token]) * width;
            for (int i = 0; i < half; i++) {
                int a = row * size + (interleaved ? 2 * i : i);
                int b = interleaved ? a + 1 : a + half;
                double real = values[a] * cos[angle + i] - values[b] * sin[angle + i];
                double imaginary = values[a] * sin[angle + i] + values[b] * cos[angle + i];
                values[a] = real;
                values[b] = imaginary;
            }
        }
        Tensor y = Numbers.of(x.type(), values, x.shape());
        return in[0].rank() == 4 ? y : Rearranging.transpose(y, 0, 2, 1, 3).reshaped(in[0].shape());
    }
}
