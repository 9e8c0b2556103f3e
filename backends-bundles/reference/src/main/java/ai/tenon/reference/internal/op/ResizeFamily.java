package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Interpolation;
import ai.tenon.reference.internal.data.Lanes;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Images of another size, axis by axis. */
final class ResizeFamily implements Operators.Family {
    /** How a node wants it. */
    private record Settings(
            String mode,
            String coordinates,
            String nearest,
            String policy,
            double cubic,
            boolean excludeOutside,
            boolean antialias,
            double extrapolation,
            long[] axes) {}

    @Override
    public void register(Operators ops) {
        ops.op("Resize")
                .since(11)
                .types(Types.NUMERIC)
                .input(1, Types.FLOATS)
                .one(
                        call -> {
                            Settings settings = settings(call);
                            return in -> resize(in, settings);
                        });
        ops.op("Resize").since(10).until(10).types(Types.NUMERIC).one(ResizeFamily::upsample);
        ops.op("Upsample").since(9).until(9).types(Types.NUMERIC).one(ResizeFamily::upsample);
    }

    private static Settings settings(Call call) throws Unsupported {
        return new Settings(
                call.oneOf("mode", "nearest", "nearest", "linear", "cubic"),
                call.oneOf(
                        "coordinate_transformation_mode",
                        "half_pixel",
                        "half_pixel",
                        "half_pixel_symmetric",
                        "pytorch_half_pixel",
                        "align_corners",
                        "asymmetric",
                        "tf_crop_and_resize"),
                call.oneOf(
                        "nearest_mode",
                        "round_prefer_floor",
                        "round_prefer_floor",
                        "round_prefer_ceil",
                        "floor",
                        "ceil"),
                call.oneOf(
                        "keep_aspect_ratio_policy",
                        "stretch",
                        "stretch",
                        "not_larger",
                        "not_smaller"),
                call.real("cubic_coeff_a", -0.75f),
                call.flag("exclude_outside", false),
                call.flag("antialias", false),
                call.real("extrapolation_value", 0),
                call.integers("axes", (long[]) null));
    }

    private static Kernel.OfOne upsample(Call call) throws Unsupported {
        String mode = call.oneOf("mode", "nearest", "nearest", "linear");
        Settings settings =
                new Settings(mode, "asymmetric", "floor", "stretch", 0, false, false, 0, null);
        return in -> resize(new Tensor[] {in[0], null, in[1]}, settings);
    }

    private static Tensor resize(Tensor[] in, Settings settings) {
        Tensor x = in[0];
        int rank = x.rank();
        int[] axes =
                settings.axes == null ? Strides.range(0, rank) : Strides.axes(settings.axes, rank);
        Tensor given = Kernel.optional(in, 2);
        double[] scales = new double[axes.length];
        long[] lengths = new long[axes.length];
        if (given != null && given.size() > 0) {
            double[] factors = Numbers.doubles(given);
            for (int i = 0; i < axes.length; i++) {
                scales[i] = factors[i];
                lengths[i] = (long) Math.floor((float) (x.dim(axes[i]) * (float) factors[i]));
            }
        } else {
            sizes(x, axes, Numbers.longs(in[3]), settings.policy, scales, lengths);
        }
        Tensor roi = Kernel.optional(in, 1);
        double[] regions = roi == null || roi.size() == 0 ? null : Numbers.doubles(roi);
        double[] values = Numbers.doubles(x);
        long[] shape = x.shape();
        boolean[] outside = new boolean[values.length];
        for (int i = 0; i < axes.length; i++) {
            int axis = axes[i];
            boolean crops = settings.coordinates.equals("tf_crop_and_resize") && regions != null;
            double start = crops ? regions[i] : 0;
            double end = crops ? regions[axes.length + i] : 1;
            if (lengths[i] == shape[axis] && scales[i] == 1 && !crops) {
                continue;
            }
            int from = (int) shape[axis];
            double[] places = new double[(int) lengths[i]];
            for (int j = 0; j < places.length; j++) {
                places[j] = place(j, from, places.length, scales[i], start, end, settings);
            }
            long[] next = shape.clone();
            next[axis] = lengths[i];
            Lanes source = new Lanes(shape, axis);
            Lanes target = new Lanes(next, axis);
            double[] results = new double[Tensor.elements(next)];
            boolean[] cut = new boolean[results.length];
            for (int j = 0; j < places.length; j++) {
                Interpolation points = points(places[j], scales[i], from, settings);
                boolean out = crops && (places[j] < 0 || places[j] > from - 1);
                for (int lane = 0; lane < source.starts.length; lane++) {
                    int to = target.starts[lane] + target.offsets[j];
                    cut[to] = out;
                    for (int p = 0; p < points.weights().length; p++) {
                        int at = Math.max(0, Math.min(from - 1, points.first() + p));
                        int position = source.starts[lane] + source.offsets[at];
                        results[to] += points.weights()[p] * values[position];
                        cut[to] |= outside[position];
                    }
                }
            }
            values = results;
            outside = cut;
            shape = next;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = outside[i] ? settings.extrapolation : values[i];
        }
        return Numbers.of(x.type(), values, shape);
    }

    private static void sizes(
            Tensor x, int[] axes, long[] sizes, String policy, double[] scales, long[] lengths) {
        for (int i = 0; i < axes.length; i++) {
            scales[i] = (double) sizes[i] / x.dim(axes[i]);
            lengths[i] = sizes[i];
        }
        if (!policy.equals("stretch")) {
            var all = Arrays.stream(scales);
            double scale = (policy.equals("not_larger") ? all.min() : all.max()).orElse(1);
            for (int i = 0; i < axes.length; i++) {
                scales[i] = scale;
                lengths[i] = (long) Math.floor(scale * x.dim(axes[i]) + 0.5);
            }
        }
    }

    /** Where in the original an element of the result lies. */
    private static double place(
            int x, int from, int to, double scale, double start, double end, Settings settings) {
        double width = scale * from;
        return switch (settings.coordinates) {
            case "align_corners" -> width == 1 ? 0 : x * (from - 1) / (width - 1);
            case "asymmetric" -> x / scale;
            case "tf_crop_and_resize" ->
                    start * (from - 1)
                            + (width == 1
                                    ? (end - start) * (from - 1) / 2
                                    : x * (end - start) * (from - 1) / (width - 1));
            case "pytorch_half_pixel" -> width == 1 ? -0.5 : (x + 0.5) / scale - 0.5;
            case "half_pixel_symmetric" -> from / 2.0 * (1 - to / width) + (x + 0.5) / scale - 0.5;
            default -> (x + 0.5) / scale - 0.5;
        };
    }

    private static Interpolation points(double x, double scale, int from, Settings settings) {
        double width = settings.antialias ? Math.min(scale, 1) : 1;
        Interpolation points =
                switch (settings.mode) {
                    case "linear" -> Interpolation.linear(x, width);
                    case "cubic" -> Interpolation.cubic(x, width, settings.cubic);
                    default ->
                            Interpolation.at(
                                    switch (settings.nearest) {
                                        case "floor" -> Math.floor(x);
                                        case "ceil" -> Math.ceil(x);
                                        case "round_prefer_ceil" -> Math.floor(x + 0.5);
                                        default -> Math.ceil(x - 0.5);
                                    });
                };
        return settings.excludeOutside && !settings.mode.equals("nearest")
                ? points.inside(from)
                : points;
    }
}
