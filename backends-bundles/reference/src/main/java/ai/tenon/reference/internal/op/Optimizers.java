package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;

/** Steps of gradient descent, as training on a device needs them. */
final class Optimizers implements Operators.Family {
    private static final String TRAINING = "ai.onnx.preview.training";

    /** One step for one parameter; changes its state in place. */
    @FunctionalInterface
    private interface Step {
        /**
         * @param x the parameter, then its state tensors
         * @param g the gradient
         * @param rate how far to go
         * @param count steps done before
         */
        void apply(double[][] x, double[] g, double rate, double count);
    }

    @Override
    public void register(Operators ops) {
        define(ops, "Momentum", 1, Optimizers::momentum);
        define(ops, "Adagrad", 1, Optimizers::adagrad);
        define(ops, "Adam", 2, Optimizers::adam);
    }

    @FunctionalInterface
    private interface Factory {
        Step of(Call call) throws Unsupported;
    }

    /** Inputs: rate, count, all parameters, all gradients, then one group per state tensor. */
    private static void define(Operators ops, String name, int states, Factory factory) {
        ops.op(TRAINING, name)
                .types(Types.set(DataType.FLOAT, DataType.DOUBLE))
                .input(1, Types.set(DataType.INT64))
                .many(
                        call -> {
                            Step step = factory.of(call);
                            int parameters = (call.inputCount() - 2) / (2 + states);
                            return in -> apply(in, step, parameters, states);
                        });
    }

    private static Tensor[] apply(Tensor[] in, Step step, int parameters, int states) {
        double rate = Numbers.doubles(in[0])[0];
        double count = Numbers.doubles(in[1])[0];
        Tensor[] results = new Tensor[parameters * (1 + states)];
        for (int i = 0; i < parameters; i++) {
            double[][] x = new double[1 + states][];
            x[0] = Numbers.doubles(in[2 + i]);
            for (int s = 0; s < states; s++) {
                x[1 + s] = Numbers.doubles(in[2 + (2 + s) * parameters + i]);
            }
            step.apply(x, Numbers.doubles(in[2 + parameters + i]), rate, count);
            for (int s = 0; s <= states; s++) {
                Tensor like = in[2 + i];
                results[s * parameters + i] = Numbers.of(like.type(), x[s], like.shape());
            }
        }
        return results;
    }

    private static Step momentum(Call call) throws Unsupported {
        double alpha = call.real("alpha", 0);
        double beta = call.real("beta", 0);
        double norm = call.real("norm_coefficient", 0);
        boolean nesterov =
                call.oneOf("mode", "standard", "standard", "nesterov").equals("nesterov");
        return (x, g, rate, count) -> {
            for (int i = 0; i < g.length; i++) {
                double gradient = norm * x[0][i] + g[i];
                x[1][i] = alpha * x[1][i] + (count > 0 ? beta : 1) * gradient;
                x[0][i] -= rate * (nesterov ? gradient + alpha * x[1][i] : x[1][i]);
            }
        };
    }

    private static Step adagrad(Call call) {
        double decay = call.real("decay_factor", 0);
        double epsilon = call.real("epsilon", 1e-6f);
        double norm = call.real("norm_coefficient", 0);
        return (x, g, rate, count) -> {
            for (int i = 0; i < g.length; i++) {
                double gradient = norm * x[0][i] + g[i];
                x[1][i] += gradient * gradient;
                x[0][i] -= rate / (1 + count * decay) * gradient / (Math.sqrt(x[1][i]) + epsilon);
            }
        };
    }

    private static Step adam(Call call) {
        double alpha = call.real("alpha", 0.9f);
        double beta = call.real("beta", 0.999f);
        double epsilon = call.real("epsilon", 1e-6f);
        double norm = call.real("norm_coefficient", 0);
        double after = call.real("norm_coefficient_post", 0);
        return (x, g, rate, count) -> {
            double scaled =
                    count > 0
                            ? rate
                                    * Math.sqrt(1 - Math.pow(beta, count))
                                    / (1 - Math.pow(alpha, count))
                            : rate;
            for (int i = 0; i < g.length; i++) {
                double gradient = norm * x[0][i] + g[i];
                x[1][i] = alpha * x[1][i] + (1 - alpha) * gradient;
                x[2][i] = beta * x[2][i] + (1 - beta) * gradient * gradient;
                x[0][i] -= scaled * x[1][i] / (Math.sqrt(x[2][i]) + epsilon);
                x[0][i] *= 1 - after;
            }
        };
    }
}
