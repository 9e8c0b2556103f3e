package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Erf;
import java.util.function.DoubleUnaryOperator;

/** Activation functions. */
public final class Activations implements Operators.Family {
    /** Reads the parameters of a function. */
    @FunctionalInterface
    interface Parameters {
        DoubleUnaryOperator of(Call call) throws Unsupported;
    }

    @Override
    public void register(Operators ops) {
        ops.op("Relu")
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            call.ignore("consumed_inputs");
                            return in -> Elementwise.map(in[0], x -> x < 0 ? 0 : x);
                        });
        define(ops, "LeakyRelu", call -> leakyRelu(call.real("alpha", 0.01f)));
        define(ops, "ThresholdedRelu", call -> thresholded(call.real("alpha", 1)));
        define(ops, "Elu", call -> elu(call.real("alpha", 1), 1));
        define(
                ops,
                "Selu",
                call ->
                        elu(
                                call.real("alpha", 1.67326319217681884765625f),
                                call.real("gamma", 1.05070102214813232421875f)));
        define(ops, "Celu", call -> celu(call.real("alpha", 1)));
        define(ops, "Sigmoid", call -> Activations::sigmoid);
        define(
                ops,
                "HardSigmoid",
                call -> hardSigmoid(call.real("alpha", 0.2f), call.real("beta", 0.5f)));
        define(ops, "HardSwish", call -> x -> x * Math.max(0, Math.min(1, x / 6 + 0.5)));
        define(ops, "Softplus", call -> Activations::softplus);
        define(ops, "Softsign", call -> x -> x / (1 + Math.abs(x)));
        define(ops, "Mish", call -> x -> x * Math.tanh(softplus(x)));
        define(ops, "Swish", call -> swish(call.real("alpha", 1)));
        define(
                ops,
                "Gelu",
                call ->
                        call.oneOf("approximate", "none", "none", "tanh").equals("tanh")
                                ? Activations::geluTanh
                                : Activations::gelu);
        ops.op("Shrink")
                .since(9)
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            double bias = call.real("bias", 0);
                            double lambda = call.real("lambd", 0.5f);
                            return in ->
                                    Elementwise.map(
                                            in[0],
                                            x ->
                                                    x < -lambda
                                                            ? x + bias
                                                            : x > lambda ? x - bias : 0);
                        });
        ops.op("SwiGLU")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            DoubleUnaryOperator swish = swish(call.real("alpha", 1));
                            return in ->
                                    Elementwise.combine(
                                            in[0], in[1], (x, y) -> swish.applyAsDouble(x) * y);
                        });
        ops.op("Clip").since(11).types(Types.NUMERIC).one(call -> in -> clip(in));
        ops.op("Clip")
                .until(10)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            call.ignore("consumed_inputs");
                            double low = call.real("min", -Float.MAX_VALUE);
                            double high = call.real("max", Float.MAX_VALUE);
                            return in ->
                                    Elementwise.map(in[0], x -> Math.min(high, Math.max(low, x)));
                        });
    }

    private static void define(Operators ops, String name, Parameters parameters) {
        ops.op(name)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            call.ignore("consumed_inputs");
                            DoubleUnaryOperator f = parameters.of(call);
                            return in -> Elementwise.map(in[0], f);
                        });
    }

    public static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : 1 - 1 / (1 + Math.exp(x));
    }

    static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    public static DoubleUnaryOperator leakyRelu(double alpha) {
        return x -> x < 0 ? alpha * x : x;
    }

    static DoubleUnaryOperator thresholded(double alpha) {
        return x -> x > alpha ? x : 0;
    }

    static DoubleUnaryOperator elu(double alpha, double gamma) {
        return x -> gamma * (x > 0 ? x : alpha * Math.expm1(x));
    }

    static DoubleUnaryOperator celu(double alpha) {
        return x -> Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
    }

    public static DoubleUnaryOperator hardSigmoid(double alpha, double beta) {
        return x -> Math.max(0, Math.min(1, alpha * x + beta));
    }

    private static DoubleUnaryOperator swish(double alpha) {
        return x -> x * sigmoid(alpha * x);
    }

    /** Gaussian error linear unit, x · Φ(x). */
    public static double gelu(double x) {
        return x / 2 * (1 + Erf.of(x / Math.sqrt(2)));
    }

    /** {@link #gelu} approximated by a tanh. */
    public static double geluTanh(double x) {
        return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    private static Tensor clip(Tensor[] in) {
        Tensor low = Kernel.optional(in, 1);
        Tensor high = Kernel.optional(in, 2);
        Tensor x = in[0];
        if (x.type().isFloat()) {
            double min = low == null ? Double.NEGATIVE_INFINITY : Numbers.doubles(low)[0];
            double max = high == null ? Double.POSITIVE_INFINITY : Numbers.doubles(high)[0];
            return Elementwise.map(x, value -> Math.min(max, Math.max(min, value)));
        }
        long flip = x.type() == DataType.UINT64 ? Long.MIN_VALUE : 0;
        long min = low == null ? Long.MIN_VALUE : Numbers.longs(low)[0] ^ flip;
        long max = high == null ? Long.MAX_VALUE : Numbers.longs(high)[0] ^ flip;
        return Elementwise.mapLongs(x, value -> Math.min(max, Math.max(min, value ^ flip)) ^ flip);
    }
}
