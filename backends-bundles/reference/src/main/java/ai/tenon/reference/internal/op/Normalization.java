package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Lanes;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Normalisations by the mean, variance or norm of some of a tensor's elements. */
public final class Normalization implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("LayerNormalization")
                .since(17)
                .types(Types.FLOATS)
                .many(
                        call -> {
                            long axis = call.integer("axis", -1);
                            double epsilon = call.real("epsilon", 1e-5f);
                            DataType stash = call.type("stash_type", DataType.FLOAT);
                            return in -> layer(in, axis, epsilon, stash);
                        });
        ops.op("RMSNormalization")
                .since(23)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            long axis = call.integer("axis", -1);
                            double epsilon = call.real("epsilon", 1e-5f);
                            call.ignore("stash_type");
                            return in -> rms(in[0], in[1], axis, epsilon);
                        });
        ops.op("InstanceNormalization")
                .since(6)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            double epsilon = call.real("epsilon", 1e-5f);
                            return in ->
                                    groups(in[0], in[1], in[2], (int) in[0].dim(1), epsilon, true);
                        });
        ops.op("GroupNormalization")
                .since(18)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            double epsilon = call.real("epsilon", 1e-5f);
                            int count = (int) call.integer("num_groups", 1);
                            boolean perChannel = call.opset() >= 21;
                            call.ignore("stash_type");
                            return in -> groups(in[0], in[1], in[2], count, epsilon, perChannel);
                        });
        ops.op("BatchNormalization")
                .since(7)
                .types(Types.FLOATS)
                .many(
                        call -> {
                            double epsilon = call.real("epsilon", 1e-5f);
                            double momentum = call.real("momentum", 0.9f);
                            boolean training = call.flag("training_mode", false);
                            if (call.integer("spatial", 1) != 1) {
                                throw new Unsupported("spatial 0 is not known");
                            }
                            return in -> batch(in, epsilon, momentum, training);
                        });
        ops.op("LpNormalization")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            long axis = call.integer("axis", -1);
                            long p = call.integer("p", 2);
                            return in -> lp(in[0], axis, p);
                        });
        ops.op("MeanVarianceNormalization")
                .since(9)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            long[] axes = call.integers("axes", 0, 2, 3);
                            return in -> {
                                Lanes lanes =
                                        new Lanes(in[0].shape(), Strides.axes(axes, in[0].rank()));
                                double[] x = Numbers.doubles(in[0]);
                                normalize(x, lanes, 1e-9, true);
                                return Numbers.of(in[0].type(), x, in[0].shape());
                            };
                        });
        ops.op("LRN")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            double alpha = call.real("alpha", 1e-4f);
                            double beta = call.real("beta", 0.75f);
                            double bias = call.real("bias", 1);
                            int size = (int) call.integer("size", 1);
                            return in -> local(in[0], alpha, beta, bias, size);
                        });
    }

    /**
     * Brings each lane to mean 0 and variance 1 in place.
     *
     * @param outside whether epsilon is added to the deviation instead of the variance
     * @return means, then inverse deviations
     */
    private static double[][] normalize(double[] x, Lanes lanes, double epsilon, boolean outside) {
        double[] means = new double[lanes.starts.length];
        double[] inverses = new double[lanes.starts.length];
        for (int i = 0; i < means.length; i++) {
            int start = lanes.starts[i];
            double sum = 0;
            for (int offset : lanes.offsets) {
                sum += x[start + offset];
            }
            means[i] = sum / lanes.offsets.length;
            double squares = 0;
            for (int offset : lanes.offsets) {
                double d = x[start + offset] - means[i];
                squares += d * d;
            }
            double variance = squares / lanes.offsets.length;
            inverses[i] =
                    outside
                            ? 1 / (Math.sqrt(variance) + epsilon)
                            : 1 / Math.sqrt(variance + epsilon);
            for (int offset : lanes.offsets) {
                x[start + offset] = (x[start + offset] - means[i]) * inverses[i];
            }
        }
        return new double[][] {means, inverses};
    }

    /**
     * Layer normalisation.
     *
     * @param in tensor, scale and, unless left out, bias
     * @return the result, means and inverse deviations
     */
    public static Tensor[] layer(Tensor[] in, long axis, double epsilon, DataType stash) {
        Tensor x = in[0];
        int from = Strides.axis(axis, x.rank());
        Lanes lanes = new Lanes(x.shape(), Strides.range(from, x.rank()));
        double[] values = Numbers.doubles(x);
        double[][] moments = normalize(values, lanes, epsilon, false);
        scale(values, x.shape(), in[1], Kernel.optional(in, 2));
        return new Tensor[] {
            Numbers.of(x.type(), values, x.shape()),
            Numbers.of(stash, moments[0], lanes.reduced(true)),
            Numbers.of(stash, moments[1], lanes.reduced(true))
        };
    }

    private static void scale(double[] x, long[] shape, Tensor scale, Tensor bias) {
        double[] factor = Numbers.doubles(scale);
        int[] at = Strides.broadcastIndex(scale.shape(), shape);
        for (int i = 0; i < x.length; i++) {
            x[i] *= factor[at[i]];
        }
        if (bias != null) {
            double[] term = Numbers.doubles(bias);
            int[] from = Strides.broadcastIndex(bias.shape(), shape);
            for (int i = 0; i < x.length; i++) {
                x[i] += term[from[i]];
            }
        }
    }

    /** Normalisation by the root of the mean square. */
    public static Tensor rms(Tensor x, Tensor scale, long axis, double epsilon) {
        int from = Strides.axis(axis, x.rank());
        Lanes lanes = new Lanes(x.shape(), Strides.range(from, x.rank()));
        double[] values = Numbers.doubles(x);
        for (int start : lanes.starts) {
            double squares = 0;
            for (int offset : lanes.offsets) {
                squares += values[start + offset] * values[start + offset];
            }
            double inverse = 1 / Math.sqrt(squares / lanes.offsets.length + epsilon);
            for (int offset : lanes.offsets) {
                values[start + offset] *= inverse;
            }
        }
        scale(values, x.shape(), scale, null);
        return Numbers.of(x.type(), values, x.shape());
    }

    /**
     * @param perChannel whether scale and bias have an element per channel instead of per group
     */
    private static Tensor groups(
            Tensor x, Tensor scale, Tensor bias, int count, double epsilon, boolean perChannel) {
        int channels = (int) x.dim(1);
        int inner = Strides.product(x.shape(), 2, x.rank());
        long[] grouped = {x.dim(0), count, (long) channels / count * inner};
        double[] values = Numbers.doubles(x);
        normalize(values, new Lanes(grouped, 2), epsilon, false);
        double[] factor = Numbers.doubles(scale);
        double[] term = Numbers.doubles(bias);
        for (int i = 0; i < values.length; i++) {
            int channel = i / inner % channels;
            int at = perChannel ? channel : channel / (channels / count);
            values[i] = values[i] * factor[at] + term[at];
        }
        return Numbers.of(x.type(), values, x.shape());
    }

    private static Tensor[] batch(Tensor[] in, double epsilon, double momentum, boolean training) {
        Tensor x = in[0];
        double[] values = Numbers.doubles(x);
        double[] scale = Numbers.doubles(in[1]);
        double[] bias = Numbers.doubles(in[2]);
        double[] mean = Numbers.doubles(in[3]);
        double[] variance = Numbers.doubles(in[4]);
        double[] runningMean = mean;
        double[] runningVariance = variance;
        if (training) {
            int[] axes = Strides.range(1, x.rank());
            axes[0] = 0;
            Lanes lanes = new Lanes(x.shape(), axes);
            double[][] moments = normalize(values.clone(), lanes, 0, false);
            runningMean = mean.clone();
            runningVariance = variance.clone();
            for (int c = 0; c < mean.length; c++) {
                double own = 1 / (moments[1][c] * moments[1][c]);
                runningMean[c] = mean[c] * momentum + moments[0][c] * (1 - momentum);
                runningVariance[c] = variance[c] * momentum + own * (1 - momentum);
                mean[c] = moments[0][c];
                variance[c] = own;
            }
        }
        int inner = Strides.product(x.shape(), Math.min(2, x.rank()), x.rank());
        for (int i = 0; i < values.length; i++) {
            int c = x.rank() == 1 ? 0 : i / inner % scale.length;
            values[i] =
                    (values[i] - mean[c]) / Math.sqrt(variance[c] + epsilon) * scale[c] + bias[c];
        }
        return new Tensor[] {
            Numbers.of(x.type(), values, x.shape()),
            Numbers.of(in[3].type(), runningMean, in[3].shape()),
            Numbers.of(in[4].type(), runningVariance, in[4].shape())
        };
    }

    private static Tensor lp(Tensor x, long axis, long p) {
        return SoftmaxFamily.apply(
                x,
                (values, start, offsets) -> {
                    double sum = 0;
                    for (int offset : offsets) {
                        sum += Math.pow(Math.abs(values[start + offset]), p);
                    }
                    double norm = p == 1 ? sum : Math.sqrt(sum);
                    for (int offset : offsets) {
                        values[start + offset] = norm == 0 ? 0 : values[start + offset] / norm;
                    }
                },
                Strides.axis(axis, x.rank()));
    }

    private static Tensor local(Tensor x, double alpha, double beta, double bias, int size) {
        return SoftmaxFamily.apply(
                x,
                (values, start, offsets) -> {
                    double[] lane =
                            Arrays.stream(offsets).mapToDouble(o -> values[start + o]).toArray();
                    for (int c = 0; c < lane.length; c++) {
                        double squares = 0;
                        int last = Math.min(lane.length - 1, c + size / 2);
                        for (int i = Math.max(0, c - (size - 1) / 2); i <= last; i++) {
                            squares += lane[i] * lane[i];
                        }
                        values[start + offsets[c]] =
                                lane[c] / Math.pow(bias + alpha / size * squares, beta);
                    }
                },
                1);
    }
}
