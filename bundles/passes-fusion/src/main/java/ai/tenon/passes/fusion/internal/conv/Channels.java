package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import java.util.Arrays;

/** Constants that have one number per channel. */
final class Channels {
    private Channels() {}

    /** A FLOAT tensor that is the same in every run; null if the value is none. */
    static Tensor floats(Value value) {
        Tensor tensor = Constants.tensor(value);
        return tensor == null || tensor.type() != DataType.FLOAT ? null : tensor;
    }

    /**
     * One number per channel of a constant that is broadcast against another tensor.
     *
     * @param rank of the other tensor
     * @param axis the other tensor's channel axis
     * @param channels its length
     * @return null if the value is no FLOAT constant, or its numbers differ along another axis, or
     *     broadcasting would enlarge the other tensor
     */
    static double[] of(Value value, int rank, int axis, int channels) {
        Tensor tensor = floats(value);
        if (tensor == null || tensor.rank() > rank) {
            return null;
        }
        int own = axis - (rank - tensor.rank());
        for (int i = 0; i < tensor.rank(); i++) {
            if (tensor.dim(i) != 1 && (i != own || tensor.dim(i) != channels)) {
                return null;
            }
        }
        double[] values = Numbers.doubles(tensor);
        return values.length == channels ? values : filled(channels, values[0]);
    }

    /** An array full of one value. */
    static double[] filled(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }
}
