package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Interpolation;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Images read at places that a grid names. */
final class GridFamily implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("GridSample")
                .since(16)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            String mode =
                                    call.oneOf(
                                            "mode",
                                            "linear",
                                            "linear",
                                            "bilinear",
                                            "nearest",
                                            "cubic",
                                            "bicubic");
                            String padding =
                                    call.oneOf(
                                            "padding_mode",
                                            "zeros",
                                            "zeros",
                                            "border",
                                            "reflection");
                            boolean align = call.flag("align_corners", false);
                            return in -> sample(in[0], in[1], mode, padding, align);
                        });
        ops.op("AffineGrid")
                .since(20)
                .types(Types.FLOATS)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            boolean align = call.flag("align_corners", false);
                            return in -> grid(in[0], Numbers.longs(in[1]), align);
                        });
    }

    /**
     * @param x [n, c, spatial…]
     * @param grid [n, out…, spatial rank], coordinates from -1 to 1, innermost axis first
     */
    private static Tensor sample(
            Tensor x, Tensor grid, String mode, String padding, boolean align) {
        int rank = x.rank() - 2;
        int channels = (int) x.dim(1);
        long[] in = ConvolutionFamily.spatial(x);
        long[] out = Arrays.copyOfRange(grid.shape(), 1, rank + 1);
        int inSize = Strides.product(in, 0, rank);
        int outSize = Strides.product(out, 0, rank);
        double[] image = Numbers.doubles(x);
        double[] places = Numbers.doubles(grid);
        long[] shape = ConvolutionFamily.image(x.dim(0), channels, out);
        double[] y = new double[Tensor.elements(shape)];
        for (int i = 0; i < x.dim(0) * outSize; i++) {
            Interpolation[] points = new Interpolation[rank];
            for (int axis = 0; axis < rank; axis++) {
                double place = places[i * rank + rank - 1 - axis];
                long length = in[axis];
                double at = align ? (place + 1) / 2 * (length - 1) : ((place + 1) * length - 1) / 2;
                points[axis] = points(padded(at, length, padding, align, mode), mode);
            }
            int base = i / outSize * channels * inSize;
            for (int c = 0; c < channels; c++) {
                y[(i / outSize * channels + c) * outSize + i % outSize] =
                        sum(image, base + c * inSize, in, points, 0, 0, padding, align);
            }
        }
        return Numbers.of(x.type(), y, shape);
    }

    private static Interpolation points(double x, String mode) {
        return switch (mode) {
            case "nearest" -> Interpolation.at(Math.rint(x));
            case "cubic", "bicubic" -> Interpolation.cubic(x, 1, -0.75);
            default -> Interpolation.linear(x, 1);
        };
    }

    private static double padded(
            double x, long length, String padding, boolean align, String mode) {
        double at = mode.equals("nearest") ? Math.rint(x) : x;
        double low = align ? 0 : -0.5;
        double high = align ? length - 1 : length - 0.5;
        if (at >= low && at <= high) {
            return at;
        }
        return switch (padding) {
            case "border" -> Math.max(0, Math.min(length - 1, at));
            case "reflection" -> reflected(at, low, high);
            default -> at;
        };
    }

    private static double reflected(double x, double low, double high) {
        double range = high - low;
        if (range <= 0) {
            return low;
        }
        double distance = x < low ? low - x : x - low;
        double rest = distance % (2 * range);
        return rest <= range ? low + rest : high - (rest - range);
    }

    private static double sum(
            double[] image,
            int plane,
            long[] in,
            Interpolation[] points,
            int axis,
            int position,
            String padding,
            boolean align) {
        if (axis == in.length) {
            return image[plane + position];
        }
        double sum = 0;
        double[] weights = points[axis].weights();
        for (int i = 0; i < weights.length; i++) {
            int at = points[axis].first() + i;
            if (at < 0 || at >= in[axis]) {
                if (padding.equals("zeros")) {
                    continue;
                }
                double low = align ? 0 : -0.5;
                double moved =
                        padding.equals("border")
                                ? at
                                : reflected(at, low, align ? in[axis] - 1 : in[axis] - 0.5);
                at = (int) Math.max(0, Math.min(in[axis] - 1, moved));
            }
            if (weights[i] != 0) {
                int next = position * (int) in[axis] + at;
                sum += weights[i] * sum(image, plane, in, points, axis + 1, next, padding, align);
            }
        }
        return sum;
    }

    /**
     * @param theta [n, rank, rank + 1]
     * @param size [n, c, spatial…]
     */
    private static Tensor grid(Tensor theta, long[] size, boolean align) {
        int rank = size.length - 2;
        long[] spatial = Arrays.copyOfRange(size, 2, size.length);
        int count = Strides.product(spatial, 0, rank);
        double[] matrix = Numbers.doubles(theta);
        double[] places = new double[(int) size[0] * count * rank];
        for (int i = 0; i < size[0] * count; i++) {
            int[] at = Strides.coordinates(i % count, spatial);
            for (int row = 0; row < rank; row++) {
                int from = (i / count * rank + row) * (rank + 1);
                double sum = matrix[from + rank];
                for (int column = 0; column < rank; column++) {
                    int axis = rank - 1 - column;
                    double length = spatial[axis];
                    double coordinate =
                            align
                                    ? (length == 1 ? -1 : 2 * at[axis] / (length - 1) - 1)
                                    : (2 * at[axis] + 1) / length - 1;
                    sum += matrix[from + column] * coordinate;
                }
                places[i * rank + row] = sum;
            }
        }
        long[] shape = new long[rank + 2];
        shape[0] = size[0];
        System.arraycopy(spatial, 0, shape, 1, rank);
        shape[rank + 1] = rank;
        return Numbers.of(theta.type(), places, shape);
    }
}
