package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** What training minimises. */
final class Losses implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("NegativeLogLikelihoodLoss")
                .since(12)
                .types(Types.FLOATS)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            String reduction = reduction(call);
                            boolean ignores = call.has("ignore_index");
                            long ignored = call.integer("ignore_index", 0);
                            return in ->
                                    loss(
                                            in[0],
                                            in[1],
                                            Kernel.optional(in, 2),
                                            reduction,
                                            ignores,
                                            ignored);
                        });
        ops.op("SoftmaxCrossEntropyLoss")
                .since(12)
                .types(Types.FLOATS)
                .input(1, Types.INDEXES)
                .many(
                        call -> {
                            String reduction = reduction(call);
                            boolean ignores = call.has("ignore_index");
                            long ignored = call.integer("ignore_index", 0);
                            return in -> {
                                Tensor logs =
                                        SoftmaxFamily.apply(in[0], SoftmaxFamily::logSoftmax, 1);
                                Tensor weights = Kernel.optional(in, 2);
                                return new Tensor[] {
                                    loss(logs, in[1], weights, reduction, ignores, ignored), logs
                                };
                            };
                        });
    }

    private static String reduction(Call call) throws Unsupported {
        return call.oneOf("reduction", "mean", "none", "sum", "mean");
    }

    /**
     * @param logs [n, classes, …]
     * @param target [n, …]
     * @param weights [classes], or null
     */
    private static Tensor loss(
            Tensor logs,
            Tensor target,
            Tensor weights,
            String reduction,
            boolean ignores,
            long ignored) {
        double[] x = Numbers.doubles(logs);
        long[] classes = Numbers.longs(target);
        int count = (int) logs.dim(1);
        double[] weight = new double[count];
        Arrays.fill(weight, 1);
        double[] factors = weights == null ? weight : Numbers.doubles(weights);
        int inner = Strides.product(logs.shape(), 2, logs.rank());
        double[] losses = new double[classes.length];
        double total = 0;
        double norm = 0;
        for (int i = 0; i < losses.length; i++) {
            if (ignores && classes[i] == ignored) {
                continue;
            }
            int c = (int) classes[i];
            if (c < 0 || c >= count) {
                throw new IllegalArgumentException("class " + classes[i] + " of " + count);
            }
            losses[i] = -x[(i / inner * count + c) * inner + i % inner] * factors[c];
            total += losses[i];
            norm += factors[c];
        }
        return switch (reduction) {
            case "none" -> Numbers.of(logs.type(), losses, target.shape());
            case "sum" -> Numbers.of(logs.type(), new double[] {total});
            default -> Numbers.of(logs.type(), new double[] {total / norm});
        };
    }
}
