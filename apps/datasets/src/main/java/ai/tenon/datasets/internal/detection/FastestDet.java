package ai.tenon.datasets.internal.detection;

import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * From FastestDet's answer to boxes, as its own {@code handle_preds} does: FLOAT [1, 5 + kinds,
 * rows, columns], per cell how sure it is of a thing, the thing's middle and size, and how sure it
 * is of each kind.
 */
final class FastestDet {
    private static final double SAME_THING = 0.45;
    private static final int SURE = 0;
    private static final int X = 1;
    private static final int Y = 2;
    private static final int WIDTH = 3;
    private static final int HEIGHT = 4;
    private static final int KINDS = 5;

    private FastestDet() {}

    /**
     * The boxes, surest first; of boxes of one kind that overlap by more than 0.45 only the surest.
     *
     * @param least score that a box has to have
     */
    static List<Box> boxes(Tensor answer, double least) {
        List<Box> all = new ArrayList<>();
        int rows = (int) answer.dim(2);
        int columns = (int) answer.dim(3);
        for (int cell = 0; cell < rows * columns; cell++) {
            Box box = box(answer, cell, rows, columns);
            if (box.score() > least) {
                all.add(box);
            }
        }
        all.sort(Comparator.comparingDouble(Box::score).reversed());
        List<Box> kept = new ArrayList<>();
        for (Box box : all) {
            if (kept.stream()
                    .noneMatch(
                            other ->
                                    other.kind() == box.kind()
                                            && other.overlap(box) > SAME_THING)) {
                kept.add(box);
            }
        }
        return kept;
    }

    private static Box box(Tensor answer, int cell, int rows, int columns) {
        ByteBuffer values = answer.buffer();
        int plane = rows * columns;
        int kinds = (int) answer.dim(1) - KINDS;
        int kind = 0;
        for (int i = 1; i < kinds; i++) {
            if (at(values, KINDS + i, plane, cell) > at(values, KINDS + kind, plane, cell)) {
                kind = i;
            }
        }
        double score =
                Math.pow(at(values, SURE, plane, cell), 0.6)
                        * Math.pow(at(values, KINDS + kind, plane, cell), 0.4);
        double x = (cell % columns + Math.tanh(at(values, X, plane, cell))) / columns;
        double y = (cell / columns + Math.tanh(at(values, Y, plane, cell))) / rows;
        double width = sigmoid(at(values, WIDTH, plane, cell));
        double height = sigmoid(at(values, HEIGHT, plane, cell));
        return new Box(kind, x - width / 2, y - height / 2, x + width / 2, y + height / 2, score);
    }

    private static double at(ByteBuffer values, int channel, int plane, int cell) {
        return values.getFloat((channel * plane + cell) * Float.BYTES);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
