package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Recurrent networks, step by step in double. */
final class RecurrentFamily implements Operators.Family {
    /** What a node says, and which cell it means. */
    private record Settings(
            String cell,
            int gates,
            String direction,
            boolean batchFirst,
            double clip,
            boolean linearBeforeReset,
            boolean coupled,
            List<DoubleUnaryOperator> activations) {}

    /** Weights of one direction: w [gates · h, in], r [gates · h, h], b [2 · gates · h], p. */
    private record Weights(double[] w, double[] r, double[] b, double[] p, int in, int h) {
        double input(double[] x, int at, int row) {
            double sum = 0;
            for (int i = 0; i < in; i++) {
                sum += w[row * in + i] * x[at + i];
            }
            return sum;
        }

        double state(double[] state, int row) {
            double sum = 0;
            for (int i = 0; i < h; i++) {
                sum += r[row * h + i] * state[i];
            }
            return sum;
        }

        double bias(int row) {
            return b == null ? 0 : b[row];
        }
    }

    @Override
    public void register(Operators ops) {
        define(ops, "RNN", 1, List.of("Tanh"));
        define(ops, "GRU", 3, List.of("Sigmoid", "Tanh"));
        define(ops, "LSTM", 4, List.of("Sigmoid", "Tanh", "Tanh"));
    }

    private static void define(Operators ops, String name, int gates, List<String> activations) {
        ops.op(name)
                .since(7)
                .types(Types.FLOATS)
                .input(4, Types.set(DataType.INT32))
                .many(
                        call -> {
                            String direction =
                                    call.oneOf(
                                            "direction",
                                            "forward",
                                            "forward",
                                            "reverse",
                                            "bidirectional");
                            Settings settings =
                                    new Settings(
                                            name,
                                            gates,
                                            direction,
                                            call.flag("layout", false),
                                            call.real("clip", 0),
                                            call.flag("linear_before_reset", false),
                                            call.flag("input_forget", false),
                                            activations(call, activations, direction));
                            call.ignore("hidden_size");
                            return in -> run(in, settings);
                        });
    }

    private static List<DoubleUnaryOperator> activations(
            Call call, List<String> defaults, String direction) throws Unsupported {
        List<String> names = new ArrayList<>(call.texts("activations", List.of()));
        int directions = direction.equals("bidirectional") ? 2 : 1;
        while (names.size() < defaults.size() * directions) {
            names.add(defaults.get(names.size() % defaults.size()));
        }
        float[] alphas = call.reals("activation_alpha");
        float[] betas = call.reals("activation_beta");
        List<DoubleUnaryOperator> functions = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Float alpha = i < alphas.length ? (Float) alphas[i] : null;
            Float beta = i < betas.length ? (Float) betas[i] : null;
            functions.add(activation(names.get(i), alpha, beta));
        }
        return functions;
    }

    private static DoubleUnaryOperator activation(String name, Float alpha, Float beta)
            throws Unsupported {
        return switch (name) {
            case "Tanh" -> Math::tanh;
            case "Sigmoid" -> Activations::sigmoid;
            case "Relu" -> x -> Math.max(0, x);
            case "Softsign" -> x -> x / (1 + Math.abs(x));
            case "Softplus" -> Activations::softplus;
            case "LeakyRelu" -> Activations.leakyRelu(alpha == null ? 0.01f : alpha);
            case "ThresholdedRelu" -> Activations.thresholded(alpha == null ? 1 : alpha);
            case "Elu" -> Activations.elu(alpha == null ? 1 : alpha, 1);
            case "HardSigmoid" ->
                    Activations.hardSigmoid(
                            alpha == null ? 0.2f : alpha, beta == null ? 0.5f : beta);
            default -> throw new Unsupported("the activation " + name + " is not known");
        };
    }

    private static Tensor[] run(Tensor[] in, Settings settings) {
        Tensor x = settings.batchFirst ? Rearranging.transpose(in[0], 1, 0, 2) : in[0];
        int steps = (int) x.dim(0);
        int batches = (int) x.dim(1);
        int size = (int) x.dim(2);
        int directions = (int) in[1].dim(0);
        int h = (int) in[2].dim(2);
        double[] values = Numbers.doubles(x);
        int[] lengths = Kernel.optional(in, 4) == null ? null : Numbers.ints(in[4]);
        double[] firstH = state(Kernel.optional(in, 5), settings, directions * batches * h);
        double[] firstC = state(Kernel.optional(in, 6), settings, directions * batches * h);
        double[] y = new double[steps * directions * batches * h];
        double[] lastH = new double[directions * batches * h];
        double[] lastC = new double[directions * batches * h];
        for (int d = 0; d < directions; d++) {
            Weights weights = weights(in, d, size, h);
            int skip = settings.activations.size() / directions * d;
            List<DoubleUnaryOperator> functions =
                    settings.activations.subList(skip, settings.activations.size());
            boolean backwards = d == 1 || settings.direction.equals("reverse");
            for (int b = 0; b < batches; b++) {
                int at = (d * batches + b) * h;
                double[] state = java.util.Arrays.copyOfRange(firstH, at, at + h);
                double[] cell = java.util.Arrays.copyOfRange(firstC, at, at + h);
                int length = lengths == null ? steps : lengths[b];
                for (int step = 0; step < length; step++) {
                    int t = backwards ? length - 1 - step : step;
                    int from = (t * batches + b) * size;
                    state = step(values, from, state, cell, weights, functions, settings);
                    System.arraycopy(state, 0, y, ((t * directions + d) * batches + b) * h, h);
                }
                System.arraycopy(state, 0, lastH, at, h);
                System.arraycopy(cell, 0, lastC, at, h);
            }
        }
        Tensor all = Numbers.of(x.type(), y, steps, directions, batches, h);
        Tensor hidden = Numbers.of(x.type(), lastH, directions, batches, h);
        Tensor cells = Numbers.of(x.type(), lastC, directions, batches, h);
        return settings.batchFirst
                ? new Tensor[] {
                    Rearranging.transpose(all, 2, 0, 1, 3),
                    Rearranging.transpose(hidden, 1, 0, 2),
                    Rearranging.transpose(cells, 1, 0, 2)
                }
                : new Tensor[] {all, hidden, cells};
    }

    private static double[] state(Tensor given, Settings settings, int size) {
        return given == null
                ? new double[size]
                : Numbers.doubles(
                        settings.batchFirst ? Rearranging.transpose(given, 1, 0, 2) : given);
    }

    private static Weights weights(Tensor[] in, int direction, int size, int h) {
        Tensor b = Kernel.optional(in, 3);
        Tensor p = Kernel.optional(in, 7);
        return new Weights(
                Numbers.doubles(Slicing.part(in[1], 0, direction, 1)),
                Numbers.doubles(Slicing.part(in[2], 0, direction, 1)),
                b == null ? null : Numbers.doubles(Slicing.part(b, 0, direction, 1)),
                p == null ? null : Numbers.doubles(Slicing.part(p, 0, direction, 1)),
                size,
                h);
    }

    private static double[] step(
            double[] x,
            int at,
            double[] state,
            double[] cell,
            Weights weights,
            List<DoubleUnaryOperator> f,
            Settings settings) {
        int h = weights.h;
        int gates = settings.gates;
        double[] a = new double[gates * h];
        double[] r = new double[gates * h];
        for (int row = 0; row < a.length; row++) {
            a[row] = weights.input(x, at, row) + weights.bias(row);
            r[row] = weights.state(state, row) + weights.bias(gates * h + row);
        }
        return switch (settings.cell) {
            case "RNN" -> {
                double[] next = new double[h];
                for (int i = 0; i < h; i++) {
                    next[i] = f.get(0).applyAsDouble(clip(a[i] + r[i], settings));
                }
                yield next;
            }
            case "GRU" -> gru(a, r, state, weights, f, settings);
            default -> lstm(a, r, cell, weights, f, settings);
        };
    }

    /** Gates in ONNX's order: update, reset, hidden. */
    private static double[] gru(
            double[] a,
            double[] r,
            double[] state,
            Weights weights,
            List<DoubleUnaryOperator> f,
            Settings settings) {
        int h = weights.h;
        double[] reset = new double[h];
        double[] scaled = new double[h];
        for (int i = 0; i < h; i++) {
            reset[i] = f.get(0).applyAsDouble(clip(a[h + i] + r[h + i], settings));
            scaled[i] = reset[i] * state[i];
        }
        double[] next = new double[h];
        for (int i = 0; i < h; i++) {
            double update = f.get(0).applyAsDouble(clip(a[i] + r[i], settings));
            int row = 2 * h + i;
            double recurrent =
                    settings.linearBeforeReset
                            ? reset[i] * r[row]
                            : weights.state(scaled, row) + weights.bias(3 * h + row);
            double hidden = f.get(1).applyAsDouble(clip(a[row] + recurrent, settings));
            next[i] = (1 - update) * hidden + update * state[i];
        }
        return next;
    }

    /** Gates in ONNX's order: input, output, forget, cell; peepholes: input, output, forget. */
    private static double[] lstm(
            double[] a,
            double[] r,
            double[] cell,
            Weights weights,
            List<DoubleUnaryOperator> f,
            Settings settings) {
        int h = weights.h;
        double[] p = weights.p == null ? new double[3 * h] : weights.p;
        double[] next = new double[h];
        for (int i = 0; i < h; i++) {
            int o = h + i;
            int g = 2 * h + i;
            int c = 3 * h + i;
            double input = f.get(0).applyAsDouble(clip(a[i] + r[i] + p[i] * cell[i], settings));
            double forget =
                    settings.coupled
                            ? 1 - input
                            : f.get(0).applyAsDouble(clip(a[g] + r[g] + p[g] * cell[i], settings));
            double proposed = f.get(1).applyAsDouble(clip(a[c] + r[c], settings));
            cell[i] = forget * cell[i] + input * proposed;
            double output = f.get(0).applyAsDouble(clip(a[o] + r[o] + p[o] * cell[i], settings));
            next[i] = output * f.get(2).applyAsDouble(cell[i]);
        }
        return next;
    }

    private static double clip(double x, Settings settings) {
        return settings.clip == 0 ? x : Math.max(-settings.clip, Math.min(settings.clip, x));
    }
}
