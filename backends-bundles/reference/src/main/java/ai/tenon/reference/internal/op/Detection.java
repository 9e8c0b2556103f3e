package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What object detectors end with. */
final class Detection implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("NonMaxSuppression")
                .since(10)
                .types(Types.set(DataType.FLOAT))
                .input(2, Types.INDEXES)
                .one(
                        call -> {
                            boolean centered = call.flag("center_point_box", false);
                            return in -> suppress(in, centered);
                        });
    }

    /** Boxes [batch, n, 4], scores [batch, classes, n]; gives triples batch, class, box. */
    private static Tensor suppress(Tensor[] in, boolean centered) {
        double[] boxes = Numbers.doubles(in[0]);
        double[] scores = Numbers.doubles(in[1]);
        int classes = (int) in[1].dim(1);
        int count = (int) in[1].dim(2);
        long[] limit = Slicing.longs(in, 2);
        double overlap = scalar(in, 3, 0);
        double threshold = scalar(in, 4, Double.NEGATIVE_INFINITY);
        List<long[]> chosen = new ArrayList<>();
        for (int lane = 0; lane < in[1].dim(0) * classes; lane++) {
            int from = lane * count;
            int base = lane / classes * count;
            int[] ordered =
                    IntStream.range(0, count)
                            .filter(i -> scores[from + i] > threshold)
                            .boxed()
                            .sorted(Comparator.comparingDouble(i -> -scores[from + i]))
                            .mapToInt(Integer::intValue)
                            .toArray();
            List<double[]> kept = new ArrayList<>();
            for (int i : ordered) {
                double[] box = corners(boxes, (base + i) * 4, centered);
                if (limit != null
                        && kept.size() < limit[0]
                        && kept.stream().noneMatch(other -> shared(box, other) > overlap)) {
                    kept.add(box);
                    chosen.add(new long[] {lane / classes, lane % classes, i});
                }
            }
        }
        long[] flat = chosen.stream().flatMapToLong(java.util.Arrays::stream).toArray();
        return Numbers.ofLongs(flat, chosen.size(), 3);
    }

    private static double scalar(Tensor[] in, int index, double otherwise) {
        Tensor tensor = Kernel.optional(in, index);
        return tensor == null || tensor.size() == 0 ? otherwise : Numbers.doubles(tensor)[0];
    }

    /** Lowest and highest coordinates. */
    private static double[] corners(double[] boxes, int at, boolean centered) {
        double a = boxes[at];
        double b = boxes[at + 1];
        double c = boxes[at + 2];
        double d = boxes[at + 3];
        return centered
                ? new double[] {a - c / 2, b - d / 2, a + c / 2, b + d / 2}
                : new double[] {Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)};
    }

    /** Intersection over union. */
    private static double shared(double[] a, double[] b) {
        double width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
        double height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double both = width * height;
        return both / (area(a) + area(b) - both);
    }

    private static double area(double[] box) {
        return (box[2] - box[0]) * (box[3] - box[1]);
    }
}
