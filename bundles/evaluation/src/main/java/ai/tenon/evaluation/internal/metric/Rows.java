package ai.tenon.evaluation.internal.metric;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;
import java.util.Map;

/** Reading of tensors that the metrics have in common. */
final class Rows {
    private Rows() {}

    /** Length of the last dimension; 1 for a scalar. */
    static int length(Tensor tensor) {
        return tensor.rank() == 0 ? 1 : (int) tensor.dim(tensor.rank() - 1);
    }

    /** Positions of the largest element of each row along the last dimension. */
    static int[] largest(Tensor tensor) {
        double[] values = Numbers.doubles(tensor);
        int length = length(tensor);
        int[] positions = new int[length == 0 ? 0 : values.length / length];
        for (int row = 0; row < positions.length; row++) {
            for (int i = 1; i < length; i++) {
                if (values[row * length + i] > values[row * length + positions[row]]) {
                    positions[row] = i;
                }
            }
        }
        return positions;
    }

    /** True for types that can be read as numbers. */
    static boolean isNumeric(Tensor tensor) {
        DataType type = tensor.type();
        return type.isFloat() || type.isInteger() || type == DataType.BOOL;
    }

    /**
     * What the model answered before under this name.
     *
     * @throws IllegalArgumentException if that is missing or has another shape
     */
    static Tensor before(String output, Tensor now, Map<String, Tensor> expected) {
        Tensor before = expected.get(Metric.REFERENCE + output);
        if (before == null) {
            throw new IllegalArgumentException(
                    "what the model answered before is missing for output '" + output + "'");
        }
        if (!Arrays.equals(before.shape(), now.shape())) {
            throw new IllegalArgumentException(
                    "output '" + output + "' is " + now + " but was " + before + " before");
        }
        return before;
    }
}
