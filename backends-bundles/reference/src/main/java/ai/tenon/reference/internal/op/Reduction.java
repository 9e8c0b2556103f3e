package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Lanes;
import ai.tenon.reference.internal.data.Strides;

/** Many numbers become one. */
final class Reduction implements Operators.Family {
    /** Reduces the lane of floating-point numbers that starts at {@code start}. */
    @FunctionalInterface
    private interface OfDoubles {
        double apply(double[] x, int start, int[] offsets);
    }

    /** Reduces the lane of integers that starts at {@code start}. */
    @FunctionalInterface
    private interface OfLongs {
        long apply(long[] x, int start, int[] offsets);
    }

    @Override
    public void register(Operators ops) {
        sums(ops, "ReduceSum", 13, x -> x, x -> x, x -> x);
        sums(ops, "ReduceSumSquare", 18, x -> x * x, x -> x * x, x -> x);
        sums(ops, "ReduceL1", 18, Math::abs, Math::abs, x -> x);
        sums(ops, "ReduceL2", 18, x -> x * x, x -> x * x, Math::sqrt);
        sums(ops, "ReduceLogSum", 18, x -> x, x -> x, Math::log);
        reduce(
                ops,
                "ReduceMean",
                18,
                (x, start, offsets) -> sum(x, start, offsets) / offsets.length,
                (x, start, offsets) -> sum(x, start, offsets) / offsets.length);
        reduce(ops, "ReduceProd", 18, Reduction::product, Reduction::product);
        reduce(ops, "ReduceLogSumExp", 18, Reduction::logSumExp, null);
        reduce(ops, "ReduceMax", 18, Reduction::max, Reduction::max);
        reduce(
                ops,
                "ReduceMin",
                18,
                (x, start, offsets) -> {
                    double least = Double.POSITIVE_INFINITY;
                    for (int offset : offsets) {
                        least = Math.min(least, x[start + offset]);
                    }
                    return least;
                },
                (x, start, offsets) -> {
                    long least = Long.MAX_VALUE;
                    for (int offset : offsets) {
                        least = Math.min(least, x[start + offset]);
                    }
                    return least;
                });
        arg(ops, "ArgMax", 1);
        arg(ops, "ArgMin", -1);
    }

    private static void sums(
            Operators ops,
            String name,
            long axesAsInput,
            java.util.function.DoubleUnaryOperator each,
            java.util.function.LongUnaryOperator eachLong,
            java.util.function.DoubleUnaryOperator last) {
        reduce(
                ops,
                name,
                axesAsInput,
                (x, start, offsets) -> {
                    double sum = 0;
                    for (int offset : offsets) {
                        sum += each.applyAsDouble(x[start + offset]);
                    }
                    return last.applyAsDouble(sum);
                },
                (x, start, offsets) -> {
                    long sum = 0;
                    for (int offset : offsets) {
                        sum += eachLong.applyAsLong(x[start + offset]);
                    }
                    double finished = last.applyAsDouble(sum);
                    return finished == sum ? sum : (long) finished;
                });
    }

    /** Before version {@code axesAsInput} the axes are an attribute. */
    private static void reduce(
            Operators ops, String name, long axesAsInput, OfDoubles f, OfLongs g) {
        ops.op(name)
                .since(axesAsInput)
                .types(g == null ? Types.FLOATS : Types.NUMERIC_OR_BOOL)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            boolean keep = call.flag("keepdims", true);
                            boolean noop = call.flag("noop_with_empty_axes", false);
                            return in -> {
                                long[] axes = Slicing.longs(in, 1);
                                boolean empty = axes == null || axes.length == 0;
                                return apply(in[0], empty ? null : axes, keep, empty && noop, f, g);
                            };
                        });
        ops.op(name)
                .until(axesAsInput - 1)
                .types(g == null ? Types.FLOATS : Types.NUMERIC)
                .one(
                        call -> {
                            boolean keep = call.flag("keepdims", true);
                            long[] axes = call.integers("axes", (long[]) null);
                            return in -> apply(in[0], axes, keep, false, f, g);
                        });
    }

    /** With {@code each}, every element is a lane of its own. */
    private static Tensor apply(
            Tensor x, long[] axes, boolean keep, boolean each, OfDoubles f, OfLongs g) {
        int[] along =
                each
                        ? new int[0]
                        : axes == null ? Strides.range(0, x.rank()) : Strides.axes(axes, x.rank());
        Lanes lanes = new Lanes(x.shape(), along);
        long[] shape = lanes.reduced(keep);
        if (x.type().isFloat()) {
            double[] values = Numbers.doubles(x);
            double[] results = new double[lanes.starts.length];
            for (int i = 0; i < results.length; i++) {
                results[i] = f.apply(values, lanes.starts[i], lanes.offsets);
            }
            return Numbers.of(x.type(), results, shape);
        }
        boolean flip = x.type() == DataType.UINT64;
        long[] values = Numbers.longs(x);
        long[] results = new long[lanes.starts.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = g.apply(values, lanes.starts[i], lanes.offsets);
            if (lanes.offsets.length == 0 && results[i] == Long.MIN_VALUE && !flip) {
                results[i] = -Numbers.highest(x.type()) - 1;
            }
        }
        return Numbers.of(x.type(), results, shape);
    }

    private static double sum(double[] x, int start, int[] offsets) {
        double sum = 0;
        for (int offset : offsets) {
            sum += x[start + offset];
        }
        return sum;
    }

    private static long sum(long[] x, int start, int[] offsets) {
        long sum = 0;
        for (int offset : offsets) {
            sum += x[start + offset];
        }
        return sum;
    }

    private static double product(double[] x, int start, int[] offsets) {
        double product = 1;
        for (int offset : offsets) {
            product *= x[start + offset];
        }
        return product;
    }

    private static long product(long[] x, int start, int[] offsets) {
        long product = 1;
        for (int offset : offsets) {
            product *= x[start + offset];
        }
        return product;
    }

    private static double max(double[] x, int start, int[] offsets) {
        double most = Double.NEGATIVE_INFINITY;
        for (int offset : offsets) {
            most = Math.max(most, x[start + offset]);
        }
        return most;
    }

    private static long max(long[] x, int start, int[] offsets) {
        long most = Long.MIN_VALUE;
        for (int offset : offsets) {
            most = Math.max(most, x[start + offset]);
        }
        return most;
    }

    private static double logSumExp(double[] x, int start, int[] offsets) {
        double most = max(x, start, offsets);
        if (Double.isInfinite(most)) {
            return most;
        }
        double sum = 0;
        for (int offset : offsets) {
            sum += Math.exp(x[start + offset] - most);
        }
        return most + Math.log(sum);
    }

    private static void arg(Operators ops, String name, int sign) {
        ops.op(name)
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            long axis = call.integer("axis", 0);
                            boolean keep = call.flag("keepdims", true);
                            boolean last = call.flag("select_last_index", false);
                            return in -> argument(in[0], axis, keep, last, sign);
                        });
    }

    private static Tensor argument(Tensor x, long axis, boolean keep, boolean last, int sign) {
        Lanes lanes = new Lanes(x.shape(), Strides.axis(axis, x.rank()));
        double[] values = Numbers.doubles(x);
        long[] results = new long[lanes.starts.length];
        for (int i = 0; i < results.length; i++) {
            int best = 0;
            for (int j = 1; j < lanes.offsets.length; j++) {
                double ahead =
                        sign
                                * (values[lanes.starts[i] + lanes.offsets[j]]
                                        - values[lanes.starts[i] + lanes.offsets[best]]);
                if (ahead > 0 || last && ahead == 0) {
                    best = j;
                }
            }
            results[i] = best;
        }
        return Numbers.ofLongs(results, lanes.reduced(keep));
    }
}
