package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.reference.internal.op.Elementwise;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Rearranging;
import ai.tenon.reference.internal.op.ScaledDotProduct;
import ai.tenon.reference.internal.op.ScaledDotProduct.Shown;
import ai.tenon.reference.internal.op.Slicing;
import ai.tenon.reference.internal.op.Types;
import ai.tenon.reference.internal.op.Unsupported;

/** Attention of queries, keys and values that are projected already. */
public final class MultiHeadAttention implements Operators.Family {
    @Override
    public void register(Operators ops) {
        Domain.op(ops, "MultiHeadAttention")
                .types(Types.FLOATS)
                .input(4, Types.set(DataType.INT32))
                .many(
                        call -> {
                            int heads = (int) call.integer("num_heads", 1);
                            boolean causal = call.flag("unidirectional", false);
                            double filter = call.real("mask_filter_value", -10000);
                            float scale = call.real("scale", 0);
                            if (!call.gives(1) || !call.gives(2)) {
                                throw new Unsupported("packed keys and values are not known");
                            }
                            if (call.gives(8) || call.gives(9) || call.wants(3)) {
                                throw new Unsupported("shared caches and output 3 are not known");
                            }
                            return in -> attend(in, heads, causal, filter, scale);
                        });
    }

    private static Tensor[] attend(
            Tensor[] in, int heads, boolean causal, double filter, float scale) {
        Tensor bias = Kernel.optional(in, 3);
        long hidden = in[0].dim(2);
        Tensor q = ScaledDotProduct.split(biased(in[0], bias, 0), heads);
        Tensor k = ScaledDotProduct.split(biased(in[1], bias, hidden), heads);
        Tensor v = ScaledDotProduct.split(biased(in[2], bias, 2 * hidden), heads);
        if (Kernel.optional(in, 6) != null) {
            k = Rearranging.concat(new Tensor[] {in[6], k}, 2);
            v = Rearranging.concat(new Tensor[] {in[7], v}, 2);
        }
        Scores scores =
                new Scores(q.dim(0), heads, q.dim(2), k.dim(2))
                        .mask(Kernel.optional(in, 4), filter)
                        .add(Kernel.optional(in, 5));
        if (causal) {
            scores.causal();
        }
        ScaledDotProduct product = new ScaledDotProduct(ScaledDotProduct.scale(scale, q.dim(3)));
        Tensor y = product.over(q, k, v, scores.bias(), Shown.SCALED)[0];
        return new Tensor[] {ScaledDotProduct.merge(y), k, v};
    }

    /** With the part of the bias from {@code from} on added; null adds nothing. */
    private static Tensor biased(Tensor x, Tensor bias, long from) {
        if (bias == null) {
            return x;
        }
        if (x.rank() != 3) {
            throw new IllegalArgumentException("no bias is added to " + x);
        }
        return Elementwise.combine(x, Slicing.part(bias, 0, from, x.dim(2)), Double::sum);
    }
}
