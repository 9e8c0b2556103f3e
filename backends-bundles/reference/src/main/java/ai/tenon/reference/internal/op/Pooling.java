package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Lanes;
import ai.tenon.reference.internal.data.Strides;
import ai.tenon.reference.internal.data.Windows;

/** Pooling over windows and over whole images. */
final class Pooling implements Operators.Family {
    /** What a window or image becomes. */
    @FunctionalInterface
    private interface Rule {
        double apply(double[] x, int start, int[] offsets);
    }

    @Override
    public void register(Operators ops) {
        ops.op("MaxPool")
                .types(Types.union(Types.FLOATS, Types.set(DataType.INT8, DataType.UINT8)))
                .many(
                        call -> {
                            Windows.Parameters windows =
                                    ConvolutionFamily.windows(call, call.flag("ceil_mode", false));
                            long[] kernel = call.integers("kernel_shape");
                            boolean columnMajor = call.flag("storage_order", false);
                            return in ->
                                    max(
                                            in[0],
                                            windows.over(ConvolutionFamily.spatial(in[0]), kernel),
                                            columnMajor);
                        });
        ops.op("AveragePool")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            Windows.Parameters windows =
                                    ConvolutionFamily.windows(call, call.flag("ceil_mode", false));
                            long[] kernel = call.integers("kernel_shape");
                            boolean countPadding = call.flag("count_include_pad", false);
                            return in -> {
                                Windows over =
                                        windows.over(ConvolutionFamily.spatial(in[0]), kernel);
                                long[] padding = countPadding ? after(over, windows) : null;
                                return average(in[0], over, padding);
                            };
                        });
        ops.op("LpPool")
                .since(2)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            Windows.Parameters windows =
                                    ConvolutionFamily.windows(call, call.flag("ceil_mode", false));
                            long[] kernel = call.integers("kernel_shape");
                            double p = call.integer("p", 2);
                            return in ->
                                    slide(
                                            in[0],
                                            windows.over(ConvolutionFamily.spatial(in[0]), kernel),
                                            (x, start, offsets) -> norm(x, start, offsets, p));
                        });
        global(ops, "GlobalAveragePool", call -> (x, start, offsets) -> mean(x, start, offsets));
        global(ops, "GlobalMaxPool", call -> Pooling::most);
        global(
                ops,
                "GlobalLpPool",
                call -> {
                    double p = call.integer("p", 2);
                    return (x, start, offsets) -> norm(x, start, offsets, p);
                });
    }

    private static void global(
            Operators ops, String name, java.util.function.Function<Call, Rule> rule) {
        ops.op(name)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            Rule bound = rule.apply(call);
                            return in -> whole(in[0], bound);
                        });
    }

    private static Tensor whole(Tensor x, Rule rule) {
        Lanes lanes = new Lanes(x.shape(), Strides.range(2, x.rank()));
        double[] values = Numbers.doubles(x);
        double[] results = new double[lanes.starts.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = rule.apply(values, lanes.starts[i], lanes.offsets);
        }
        return Numbers.of(x.type(), results, lanes.reduced(true));
    }

    /** Applies a rule to the taps of each window that lie in the image. */
    private static Tensor slide(Tensor x, Windows windows, Rule rule) {
        int[][] located = windows.locations();
        int outSize = windows.outSize();
        int inSize = windows.inSize();
        long[] shape = ConvolutionFamily.image(x.dim(0), x.dim(1), windows.out());
        double[] values = Numbers.doubles(x);
        double[] results = new double[Tensor.elements(shape)];
        for (int o = 0; o < outSize; o++) {
            int[] inside = inside(located, o);
            for (int plane = 0; plane * outSize < results.length; plane++) {
                results[plane * outSize + o] = rule.apply(values, plane * inSize, inside);
            }
        }
        return Numbers.of(x.type(), results, shape);
    }

    private static int[] inside(int[][] located, int window) {
        int[] inside = new int[located.length];
        int count = 0;
        for (int[] tap : located) {
            if (tap[window] >= 0) {
                inside[count++] = tap[window];
            }
        }
        return java.util.Arrays.copyOf(inside, count);
    }

    private static Tensor[] max(Tensor x, Windows windows, boolean columnMajor) {
        int[][] located = windows.locations();
        int outSize = windows.outSize();
        int inSize = windows.inSize();
        long[] shape = ConvolutionFamily.image(x.dim(0), x.dim(1), windows.out());
        double[] values = Numbers.doubles(x);
        double[] results = new double[Tensor.elements(shape)];
        long[] places = new long[results.length];
        for (int o = 0; o < outSize; o++) {
            int[] inside = inside(located, o);
            for (int plane = 0; plane * outSize < results.length; plane++) {
                int best = -1;
                for (int position : inside) {
                    if (best < 0
                            || values[plane * inSize + position] > values[plane * inSize + best]) {
                        best = position;
                    }
                }
                int at = plane * outSize + o;
                results[at] = best < 0 ? Numbers.lowest(x.type()) : values[plane * inSize + best];
                places[at] =
                        (long) plane * inSize + (columnMajor ? turned(best, windows.in()) : best);
            }
        }
        return new Tensor[] {Numbers.of(x.type(), results, shape), Numbers.ofLongs(places, shape)};
    }

    /** The same element's position if the first dimension were the innermost. */
    private static int turned(int position, long[] shape) {
        int[] at = Strides.coordinates(position, shape);
        int turned = 0;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            turned = turned * (int) shape[axis] + at[axis];
        }
        return turned;
    }

    /** Padding behind each dimension, as far as windows reach into it. */
    private static long[] after(Windows windows, Windows.Parameters parameters) {
        int rank = windows.in().length;
        long[] after = new long[rank];
        for (int i = 0; i < rank; i++) {
            if (parameters.autoPad().startsWith("SAME")) {
                after[i] = Long.MAX_VALUE / 4;
            } else if (parameters.pads() != null && !parameters.autoPad().equals("VALID")) {
                after[i] = parameters.pads()[rank + i];
            }
        }
        return after;
    }

    /**
     * @param padding counted as zeros behind the image, like that in front of it; null if padding
     *     does not count
     */
    private static Tensor average(Tensor x, Windows windows, long[] padding) {
        if (padding == null) {
            return slide(x, windows, Pooling::mean);
        }
        int rank = windows.in().length;
        long[] wide = new long[rank];
        for (int i = 0; i < rank; i++) {
            wide[i] = windows.in()[i] + windows.before()[i] + Math.min(padding[i], 1 << 20);
        }
        Windows padded =
                new Windows(
                        wide,
                        windows.out(),
                        windows.kernel(),
                        windows.strides(),
                        windows.dilations(),
                        new long[rank]);
        int[][] counted = padded.locations();
        Tensor sums =
                slide(x, windows, (v, start, offsets) -> mean(v, start, offsets) * offsets.length);
        double[] results = Numbers.doubles(sums);
        for (int i = 0; i < results.length; i++) {
            results[i] /= inside(counted, i % windows.outSize()).length;
        }
        return Numbers.of(x.type(), results, sums.shape());
    }

    private static double mean(double[] x, int start, int[] offsets) {
        double sum = 0;
        for (int offset : offsets) {
            sum += x[start + offset];
        }
        return offsets.length == 0 ? 0 : sum / offsets.length;
    }

    private static double most(double[] x, int start, int[] offsets) {
        double most = Double.NEGATIVE_INFINITY;
        for (int offset : offsets) {
            most = Math.max(most, x[start + offset]);
        }
        return most;
    }

    private static double norm(double[] x, int start, int[] offsets, double p) {
        double sum = 0;
        for (int offset : offsets) {
            sum += Math.pow(Math.abs(x[start + offset]), p);
        }
        return Math.pow(sum, 1 / p);
    }
}
