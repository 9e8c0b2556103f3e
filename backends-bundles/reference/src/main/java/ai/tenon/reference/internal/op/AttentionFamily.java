package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import ai.tenon.reference.internal.op.ScaledDotProduct.Shown;

/** Scaled dot-product attention and the rotation of positions. */
public final class AttentionFamily implements Operators.Family {
    /** What a node says. */
    private record Settings(
            boolean causal,
            int queryHeads,
            int keyHeads,
            float scale,
            double softcap,
            Shown show) {}

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
                                            Shown.of(call.integer("qk_matmul_output_mode", 0)));
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

    private static Tensor[] attend(Tensor[] in, Settings settings) {
        Tensor q = ScaledDotProduct.split(in[0], settings.queryHeads);
        Tensor k = ScaledDotProduct.split(in[1], settings.keyHeads);
        Tensor v = ScaledDotProduct.split(in[2], settings.keyHeads);
        Tensor pastKey = Kernel.optional(in, 4);
        Tensor pastValue = Kernel.optional(in, 5);
        long past = 0;
        if (pastKey != null) {
            past = pastKey.dim(2);
            k = Rearranging.concat(new Tensor[] {pastKey, k}, 2);
            v = Rearranging.concat(new Tensor[] {pastValue, v}, 2);
        }
        long[] shape = {q.dim(0), q.dim(1), q.dim(2), k.dim(2)};
        double[] bias = bias(in, settings.causal, past, shape);
        ScaledDotProduct product =
                new ScaledDotProduct(
                        ScaledDotProduct.scale(settings.scale, q.dim(3)), settings.softcap, null);
        Tensor[] result = product.over(q, k, v, bias, settings.show);
        Tensor y = in[0].rank() == 3 ? ScaledDotProduct.merge(result[0]) : result[0];
        return new Tensor[] {y, k, v, result[1]};
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

    /**
     * Turns pairs of elements by the angles of their positions.
     *
     * @param in x [batch, sequence, heads · size] or [batch, heads, sequence, size], cosines and
     *     sines, and unless these are per token, positions
     * @param wanted elements of each head that are turned; 0 for all
     */
    public static Tensor rotate(Tensor[] in, boolean interleaved, int heads, int wanted) {
        Tensor x = ScaledDotProduct.split(in[0], heads);
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
        return in[0].rank() == 4 ? y : ScaledDotProduct.merge(y);
    }
}
