package ai.tenon.datasets.internal.detection;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The label {@code boxes}: FLOAT [things, 5], each kind, left, top, right, bottom. */
final class TrueBoxes {
    private static final int COLUMNS = 5;

    private TrueBoxes() {}

    static Tensor tensor(List<Box> boxes) {
        float[] values = new float[boxes.size() * COLUMNS];
        int at = 0;
        for (Box box : boxes) {
            values[at++] = box.kind();
            values[at++] = (float) box.left();
            values[at++] = (float) box.top();
            values[at++] = (float) box.right();
            values[at++] = (float) box.bottom();
        }
        return Tensor.ofFloats(values, boxes.size(), COLUMNS);
    }

    /**
     * @throws IllegalArgumentException if the tensor is of another type or shape
     */
    static List<Box> of(Tensor tensor) {
        if (tensor.type() != DataType.FLOAT || tensor.rank() != 2 || tensor.dim(1) != COLUMNS) {
            throw new IllegalArgumentException("'boxes' is FLOAT[things, 5], not " + tensor);
        }
        float[] values = tensor.toFloats();
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < values.length; i += COLUMNS) {
            boxes.add(
                    new Box(
                            (int) values[i],
                            values[i + 1],
                            values[i + 2],
                            values[i + 3],
                            values[i + 4],
                            1));
        }
        return boxes;
    }
}
