package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.reference.internal.op.Elementwise;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.Normalization;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Types;
import ai.tenon.reference.internal.op.Unsupported;

/** Normalisations of the last axis, after a residual was added or not. */
public final class SkipNormalization implements Operators.Family {
    @Override
    public void register(Operators ops) {
        Domain.op(ops, "SkipLayerNormalization")
                .types(Types.FLOATS)
                .many(
                        call -> {
                            double epsilon = call.real("epsilon", 1e-12f);
                            return in -> {
                                Tensor sum = sum(in, 4);
                                Tensor[] all = {sum, in[2], Kernel.optional(in, 3)};
                                Tensor[] y = Normalization.layer(all, -1, epsilon, DataType.FLOAT);
                                return new Tensor[] {y[0], y[1], y[2], sum};
                            };
                        });
        Domain.op(ops, "SkipSimplifiedLayerNormalization")
                .types(Types.FLOATS)
                .many(
                        call -> {
                            double epsilon = call.real("epsilon", 1e-12f);
                            if (call.wants(1) || call.wants(2)) {
                                throw new Unsupported("mean and deviation are not given here");
                            }
                            return in -> {
                                Tensor sum = sum(in, 3);
                                Tensor y = Normalization.rms(sum, in[2], -1, epsilon);
                                return new Tensor[] {y, null, null, sum};
                            };
                        });
        // ONNX Runtime keeps this one in the standard domain.
        ops.op("SimplifiedLayerNormalization")
                .types(Types.FLOATS)
                .many(
                        call -> {
                            long axis = call.integer("axis", -1);
                            double epsilon = call.real("epsilon", 1e-5f);
                            call.ignore("stash_type");
                            if (call.wants(1)) {
                                throw new Unsupported("the deviation is not given here");
                            }
                            return in ->
                                    new Tensor[] {Normalization.rms(in[0], in[1], axis, epsilon)};
                        });
    }

    /** Input, residual and, unless it is left out, the bias at {@code index}. */
    private static Tensor sum(Tensor[] in, int index) {
        Tensor sum = Elementwise.combine(in[0], in[1], Double::sum);
        Tensor bias = Kernel.optional(in, index);
        return bias == null ? sum : Elementwise.combine(sum, bias, Double::sum);
    }
}
