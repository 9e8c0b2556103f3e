package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Gemm;
import ai.tenon.reference.internal.data.Windows;
import java.util.Arrays;

/** Convolutions as matrix products over unrolled windows. */
public final class ConvolutionFamily implements Operators.Family {
    /** Windows unrolled at a time; bounds the working memory. */
    private static final int CHUNK = 2048;

    @Override
    public void register(Operators ops) {
        ops.op("Conv")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            Windows.Parameters windows = windows(call, false);
                            call.ignore("kernel_shape");
                            int groups = (int) call.integer("group", 1);
                            return in ->
                                    convolve(in[0], in[1], Kernel.optional(in, 2), windows, groups);
                        });
        ops.op("ConvTranspose")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            Windows.Parameters windows = windows(call, false);
                            call.ignore("kernel_shape");
                            int groups = (int) call.integer("group", 1);
                            long[] more = call.integers("output_padding", (long[]) null);
                            long[] shape = call.integers("output_shape", (long[]) null);
                            return in ->
                                    transposed(
                                            in[0],
                                            in[1],
                                            Kernel.optional(in, 2),
                                            windows,
                                            groups,
                                            more,
                                            shape);
                        });
        ops.op("Col2Im")
                .since(18)
                .types(Types.FLOATS)
                .input(1, Types.INDEXES)
                .input(2, Types.INDEXES)
                .one(
                        call -> {
                            Windows.Parameters windows = windows(call, false);
                            return in ->
                                    fold(
                                            in[0],
                                            Numbers.longs(in[1]),
                                            Numbers.longs(in[2]),
                                            windows);
                        });
    }

    /** What a node says about its windows. */
    public static Windows.Parameters windows(Call call, boolean ceil) throws Unsupported {
        return new Windows.Parameters(
                call.oneOf("auto_pad", "NOTSET", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"),
                call.integers("strides", (long[]) null),
                call.integers("dilations", (long[]) null),
                call.integers("pads", (long[]) null),
                ceil);
    }

    static long[] spatial(Tensor x) {
        return Arrays.copyOfRange(x.shape(), 2, x.rank());
    }

    /** Shape [n, channels, spatial…]. */
    static long[] image(long n, long channels, long[] spatial) {
        long[] shape = new long[spatial.length + 2];
        shape[0] = n;
        shape[1] = channels;
        System.arraycopy(spatial, 0, shape, 2, spatial.length);
        return shape;
    }

    /**
     * @param x [n, c, spatial…]
     * @param w [m, c / groups, kernel…]
     * @param bias [m], or null
     */
    public static Tensor convolve(
            Tensor x, Tensor w, Tensor bias, Windows.Parameters parameters, int groups) {
        if (x.rank() != w.rank() || x.dim(1) != w.dim(1) * groups || w.dim(0) % groups != 0) {
            throw new IllegalArgumentException(
                    x + " does not convolve with " + w + " in " + groups + " groups");
        }
        Windows windows = parameters.over(spatial(x), spatial(w));
        int taps = windows.taps();
        int inSize = windows.inSize();
        int outSize = windows.outSize();
        int channels = (int) w.dim(1);
        int m = (int) w.dim(0) / groups;
        int depth = channels * taps;
        boolean single = x.type() == DataType.FLOAT;
        Tensor result = Numbers.allocate(x.type(), image(x.dim(0), w.dim(0), windows.out()));
        float[] image = single ? Numbers.floats(x) : null;
        double[] wide = single ? null : Numbers.doubles(x);
        float[] weights = single ? Numbers.floats(w) : null;
        double[] wideWeights = single ? null : Numbers.doubles(w);
        double[] start = bias == null ? null : Numbers.doubles(bias);
        float[] y = single ? new float[result.size()] : null;
        double[] wideY = single ? null : new double[result.size()];
        int[] positions = new int[CHUNK];
        for (int from = 0; from < outSize; from += CHUNK) {
            int count = Math.min(CHUNK, outSize - from);
            int[][] located = new int[taps][];
            for (int tap = 0; tap < taps; tap++) {
                windows.locate(tap, from, count, positions);
                located[tap] = Arrays.copyOf(positions, count);
            }
            for (int batch = 0; batch < x.dim(0); batch++) {
                for (int g = 0; g < groups; g++) {
                    int base = (batch * groups + g) * channels * inSize;
                    int target = (batch * groups + g) * m * outSize + from;
                    if (single) {
                        float[] columns = unroll(image, base, inSize, channels, located, count);
                        float[] product = new float[m * count];
                        for (int i = 0; i < m && start != null; i++) {
                            Arrays.fill(
                                    product, i * count, (i + 1) * count, (float) start[g * m + i]);
                        }
                        Gemm.multiply(
                                weights, g * m * depth, columns, 0, product, 0, m, count, depth);
                        for (int i = 0; i < m; i++) {
                            System.arraycopy(product, i * count, y, target + i * outSize, count);
                        }
                    } else {
                        double[] columns = unroll(wide, base, inSize, channels, located, count);
                        double[] product = new double[m * count];
                        Gemm.multiply(
                                wideWeights,
                                g * m * depth,
                                columns,
                                0,
                                product,
                                0,
                                m,
                                count,
                                depth);
                        for (int i = 0; i < m * count; i++) {
                            wideY[target + i / count * outSize + i % count] =
                                    product[i] + (start == null ? 0 : start[g * m + i / count]);
                        }
                    }
                }
            }
        }
        return single
                ? Numbers.ofFloats(y, result.shape())
                : Numbers.of(x.type(), wideY, result.shape());
    }

    private static float[] unroll(
            float[] image, int base, int inSize, int channels, int[][] located, int count) {
        float[] columns = new float[channels * located.length * count];
        int at = 0;
        for (int c = 0; c < channels; c++) {
            int plane = base + c * inSize;
            for (int[] positions : located) {
                for (int i = 0; i < count; i++, at++) {
                    columns[at] = positions[i] < 0 ? 0 : image[plane + positions[i]];
                }
            }
        }
        return columns;
    }

    private static double[] unroll(
            double[] image, int base, int inSize, int channels, int[][] located, int count) {
        double[] columns = new double[channels * located.length * count];
        int at = 0;
        for (int c = 0; c < channels; c++) {
            int plane = base + c * inSize;
            for (int[] positions : located) {
                for (int i = 0; i < count; i++, at++) {
                    columns[at] = positions[i] < 0 ? 0 : image[plane + positions[i]];
                }
            }
        }
        return columns;
    }

    /**
     * The adjoint of a convolution: its windows slide over the result.
     *
     * @param w [c, m / groups, kernel…]
     */
    private static Tensor transposed(
            Tensor x,
            Tensor w,
            Tensor bias,
            Windows.Parameters given,
            int groups,
            long[] more,
            long[] wanted) {
        long[] in = spatial(x);
        long[] kernel = spatial(w);
        int rank = in.length;
        long[] strides = given.strides() == null ? Windows.ones(rank) : given.strides();
        long[] dilations = given.dilations() == null ? Windows.ones(rank) : given.dilations();
        long[] out = new long[rank];
        long[] before = new long[rank];
        for (int i = 0; i < rank; i++) {
            long full =
                    strides[i] * (in[i] - 1)
                            + (more == null ? 0 : more[i])
                            + (kernel[i] - 1) * dilations[i]
                            + 1;
            boolean same = given.autoPad().startsWith("SAME");
            if (wanted != null || same) {
                out[i] = wanted == null ? in[i] * strides[i] : wanted[wanted.length - rank + i];
                long total = Math.max(0, full - out[i]);
                before[i] = given.autoPad().equals("SAME_UPPER") ? total / 2 : total - total / 2;
            } else {
                before[i] = given.pads() == null ? 0 : given.pads()[i];
                out[i] = full - before[i] - (given.pads() == null ? 0 : given.pads()[rank + i]);
            }
        }
        Windows windows = new Windows(out, in, kernel, strides, dilations, before);
        int m = (int) w.dim(1);
        int channels = (int) x.dim(1) / groups;
        int taps = windows.taps();
        int inSize = windows.outSize();
        int outSize = windows.inSize();
        double[] image = Numbers.doubles(x);
        double[] weights = Numbers.doubles(w);
        double[] columns = new double[m * taps * inSize];
        long[] shape = image(x.dim(0), (long) m * groups, out);
        double[] y = new double[Tensor.elements(shape)];
        for (int batch = 0; batch < x.dim(0); batch++) {
            for (int g = 0; g < groups; g++) {
                Arrays.fill(columns, 0);
                double[] turned = turn(weights, g * channels * m * taps, channels, m * taps);
                Gemm.multiply(
                        turned,
                        0,
                        image,
                        (batch * groups + g) * channels * inSize,
                        columns,
                        0,
                        m * taps,
                        inSize,
                        channels);
                for (int i = 0; i < m; i++) {
                    int plane = ((batch * groups + g) * m + i) * outSize;
                    add(columns, i * taps * inSize, windows, y, plane);
                }
            }
        }
        if (bias != null) {
            double[] start = Numbers.doubles(bias);
            for (int i = 0; i < y.length; i++) {
                y[i] += start[i / outSize % start.length];
            }
        }
        return Numbers.of(x.type(), y, shape);
    }

    private static double[] turn(double[] matrix, int from, int rows, int columns) {
        double[] turned = new double[rows * columns];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = matrix[from + i % rows * columns + i / rows];
        }
        return turned;
    }

    /** Adds unrolled windows [taps, windows] onto the image that they were taken from. */
    private static void add(
            double[] columns, int from, Windows windows, double[] image, int plane) {
        int count = windows.outSize();
        int[] positions = new int[count];
        for (int tap = 0; tap < windows.taps(); tap++) {
            windows.locate(tap, 0, count, positions);
            for (int i = 0; i < count; i++) {
                if (positions[i] >= 0) {
                    image[plane + positions[i]] += columns[from + tap * count + i];
                }
            }
        }
    }

    private static Tensor fold(Tensor x, long[] in, long[] kernel, Windows.Parameters parameters) {
        Windows windows = parameters.over(in, kernel);
        int taps = windows.taps();
        long channels = x.dim(1) / taps;
        long[] shape = image(x.dim(0), channels, in);
        double[] columns = Numbers.doubles(x);
        double[] y = new double[Tensor.elements(shape)];
        for (int i = 0; i < x.dim(0) * channels; i++) {
            add(columns, i * taps * windows.outSize(), windows, y, i * windows.inSize());
        }
        return Numbers.of(x.type(), y, shape);
    }
}
