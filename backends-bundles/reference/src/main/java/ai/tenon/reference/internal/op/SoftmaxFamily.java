package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Lanes;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Softmax and what is made of it. */
public final class SoftmaxFamily implements Operators.Family {
    /** Writes a lane of results. */
    @FunctionalInterface
    interface Rule {
        void apply(double[] x, int start, int[] offsets);
    }

    @Override
    public void register(Operators ops) {
        define(ops, "Softmax", SoftmaxFamily::softmax);
        define(ops, "LogSoftmax", SoftmaxFamily::logSoftmax);
        define(ops, "Hardmax", SoftmaxFamily::hardmax);
    }

    private static void define(Operators ops, String name, Rule rule) {
        ops.op(name)
                .since(13)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            long axis = call.integer("axis", -1);
                            return in -> apply(in[0], rule, Strides.axis(axis, in[0].rank()));
                        });
        // Before version 13 all axes from the given one on were flattened into one.
        ops.op(name)
                .until(12)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            long axis = call.integer("axis", 1);
                            return in -> {
                                int rank = in[0].rank();
                                int from = axis == rank ? rank : Strides.axis(axis, rank);
                                return apply(in[0], rule, Strides.range(from, rank));
                            };
                        });
    }

    /** Of each lane along the axes. */
    public static Tensor softmax(Tensor x, int... axes) {
        return apply(x, SoftmaxFamily::softmax, axes);
    }

    static Tensor apply(Tensor x, Rule rule, int... axes) {
        double[] values = Numbers.doubles(x);
        Lanes lanes = new Lanes(x.shape(), axes);
        for (int start : lanes.starts) {
            rule.apply(values, start, lanes.offsets);
        }
        return Numbers.of(x.type(), values, x.shape());
    }

    static void softmax(double[] x, int start, int[] offsets) {
        double most = Double.NEGATIVE_INFINITY;
        for (int offset : offsets) {
            most = Math.max(most, x[start + offset]);
        }
        double sum = 0;
        for (int offset : offsets) {
            sum += x[start + offset] = Math.exp(x[start + offset] - most);
        }
        for (int offset : offsets) {
            x[start + offset] /= sum;
        }
    }

    static void logSoftmax(double[] x, int start, int[] offsets) {
        double most = Double.NEGATIVE_INFINITY;
        for (int offset : offsets) {
            most = Math.max(most, x[start + offset]);
        }
        double sum = 0;
        for (int offset : offsets) {
            sum += Math.exp(x[start + offset] - most);
        }
        double shift = most + Math.log(sum);
        for (int offset : offsets) {
            x[start + offset] -= shift;
        }
    }

    private static void hardmax(double[] x, int start, int[] offsets) {
        int best = 0;
        for (int i = 1; i < offsets.length; i++) {
            best = x[start + offsets[i]] > x[start + offsets[best]] ? i : best;
        }
        int winner = start + offsets[best];
        Arrays.stream(offsets).forEach(offset -> x[start + offset] = 0);
        x[winner] = 1;
    }
}
