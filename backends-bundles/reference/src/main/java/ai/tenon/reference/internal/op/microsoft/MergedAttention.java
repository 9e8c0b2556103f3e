package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.reference.internal.op.Call;
import ai.tenon.reference.internal.op.Elementwise;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.MatrixFamily;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Quantization;
import ai.tenon.reference.internal.op.Rearranging;
import ai.tenon.reference.internal.op.ScaledDotProduct;
import ai.tenon.reference.internal.op.ScaledDotProduct.Shown;
import ai.tenon.reference.internal.op.Slicing;
import ai.tenon.reference.internal.op.Types;
import ai.tenon.reference.internal.op.Unsupported;
import java.util.Set;

/** Attention with its projections of queries, keys and values merged into one matrix. */
public final class MergedAttention implements Operators.Family {
    private static final Set<DataType> MASK = Types.set(DataType.INT32);

    @Override
    public void register(Operators ops) {
        Domain.op(ops, "Attention")
                .types(Types.FLOATS)
                .input(3, MASK)
                .many(
                        call -> {
                            Settings settings = Settings.of(call);
                            if (call.gives(6)) {
                                throw new Unsupported("shared past and present are not known");
                            }
                            return in -> {
                                Tensor x = MatrixFamily.matmul(in[0], in[1]);
                                Tensor past = Kernel.optional(in, 4);
                                return attend(x, in, settings, past, Kernel.optional(in, 5), 3);
                            };
                        });
        Domain.op(ops, "QAttention")
                .types(QuantizedProducts.BYTES)
                .input(2, Types.FLOATS)
                .input(3, Types.FLOATS)
                .input(4, Types.FLOATS)
                .input(5, MASK)
                .input(8, Types.FLOATS)
                .many(
                        call -> {
                            Settings settings = Settings.of(call);
                            return in -> {
                                Tensor x = real(in, 0, 3, 6);
                                Tensor y = MatrixFamily.matmul(x, real(in, 1, 4, 7));
                                return attend(y, in, settings, Kernel.optional(in, 8), null, 5);
                            };
                        });
    }

    /**
     * @param filter added to the scores that a mask hides
     */
    private record Settings(int heads, boolean causal, double filter, float scale, long[] sizes) {
        static Settings of(Call call) throws Unsupported {
            if (call.flag("do_rotary", false) || call.flag("past_present_share_buffer", false)) {
                throw new Unsupported("do_rotary and past_present_share_buffer are not known");
            }
            call.ignore("rotary_embedding_dim");
            return new Settings(
                    (int) call.integer("num_heads", 1),
                    call.flag("unidirectional", false),
                    call.real("mask_filter_value", -10000),
                    call.real("scale", 0),
                    call.integers("qkv_hidden_sizes", (long[]) null));
        }
    }

    private static Tensor real(Tensor[] in, int x, int scale, int zero) {
        return Quantization.dequantize(
                in[x], in[scale], Kernel.optional(in, zero), -1, 0, in[scale].type());
    }

    /**
     * @param x [batch, sequence, hidden of queries, keys and values]
     * @param in with the bias at 2
     */
    private static Tensor[] attend(
            Tensor x, Tensor[] in, Settings settings, Tensor past, Tensor bias, int mask) {
        Tensor all = in[2] == null ? x : Elementwise.combine(x, in[2], Double::sum);
        long third = all.dim(2) / 3;
        long[] sizes = settings.sizes == null ? new long[] {third, third, third} : settings.sizes;
        Tensor q = part(all, 0, sizes[0], settings.heads);
        Tensor k = part(all, sizes[0], sizes[1], settings.heads);
        Tensor v = part(all, sizes[0] + sizes[1], sizes[2], settings.heads);
        if (past != null) {
            k = Rearranging.concat(new Tensor[] {half(past, 0), k}, 2);
            v = Rearranging.concat(new Tensor[] {half(past, 1), v}, 2);
        }
        Scores scores =
                new Scores(q.dim(0), q.dim(1), q.dim(2), k.dim(2))
                        .mask(Kernel.optional(in, mask), settings.filter)
                        .add(bias);
        if (settings.causal) {
            scores.causal();
        }
        double scale = ScaledDotProduct.scale(settings.scale, q.dim(3));
        Tensor y = new ScaledDotProduct(scale).over(q, k, v, scores.bias(), Shown.SCALED)[0];
        Tensor present =
                k.dim(3) == v.dim(3)
                        ? Rearranging.concat(new Tensor[] {stacked(k), stacked(v)}, 0)
                        : null;
        return new Tensor[] {ScaledDotProduct.merge(y), present};
    }

    private static Tensor part(Tensor x, long from, long size, int heads) {
        return ScaledDotProduct.split(Slicing.part(x, 2, from, size), heads);
    }

    /** Keys or values of [2, batch, heads, length, size]. */
    private static Tensor half(Tensor past, int which) {
        return Slicing.part(past, 0, which, 1)
                .reshaped(past.dim(1), past.dim(2), past.dim(3), past.dim(4));
    }

    private static Tensor stacked(Tensor x) {
        return x.reshaped(1, x.dim(0), x.dim(1), x.dim(2), x.dim(3));
    }
}
