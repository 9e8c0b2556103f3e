package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;

/** Reads the constants that passes compute with. */
final class Constants {
    private Constants() {}

    /** A FLOAT tensor that is the same in every run; null if the value is none. */
    static Tensor floats(Value value) {
        return value != null
                        && value.constant() instanceof Tensor tensor
                        && tensor.type() == DataType.FLOAT
                        && !value.graph().inputs().contains(value)
                ? tensor
                : null;
    }

    /**
     * One number per channel of a tensor that is broadcast against another one.
     *
     * @param rank of the other tensor
     * @param axis the other tensor's channel axis
     * @param channels its length
     * @return null if the numbers differ along another axis, or broadcasting would enlarge the
     *     other tensor
     */
    static double[] perChannel(Tensor tensor, int rank, int axis, int channels) {
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

    static double[] filled(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }
}
