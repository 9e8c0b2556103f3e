package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.Tensor;
import ai.tenon.reference.internal.op.Activations;
import ai.tenon.reference.internal.op.Elementwise;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Types;
import java.util.function.DoubleUnaryOperator;

/** Gaussian error linear units, with a bias or without. */
public final class GeluFamily implements Operators.Family {
    @Override
    public void register(Operators ops) {
        define(ops, "Gelu", Activations::gelu);
        define(ops, "BiasGelu", Activations::gelu);
        define(ops, "FastGelu", Activations::geluTanh);
        Domain.op(ops, "QuickGelu")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            double alpha = call.real("alpha", 1.702f);
                            return in ->
                                    Elementwise.map(in[0], x -> x * Activations.sigmoid(alpha * x));
                        });
    }

    private static void define(Operators ops, String name, DoubleUnaryOperator f) {
        Domain.op(ops, name)
                .types(Types.FLOATS)
                .one(
                        call ->
                                in -> {
                                    Tensor bias = Kernel.optional(in, 1);
                                    return bias == null
                                            ? Elementwise.map(in[0], f)
                                            : Elementwise.combine(
                                                    in[0], bias, (x, b) -> f.applyAsDouble(x + b));
                                });
    }
}
