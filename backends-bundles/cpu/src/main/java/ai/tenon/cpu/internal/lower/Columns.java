package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;

/** Constants that hold one number per column: per channel, or per place in the last dimension. */
public final class Columns {
    private Columns() {}

    /**
     * The numbers, one per column of a tensor of {@code shape}.
     *
     * @param channelsLast whether columns are dimension 1, else the last dimension
     * @return null if the constant is none, or varies along other dimensions
     */
    public static float[] of(Tensor constant, long[] shape, boolean channelsLast) {
        if (constant == null || !constant.type().isFloat() || constant.rank() > shape.length) {
            return null;
        }
        int axis = channelsLast ? 1 : shape.length - 1;
        long length = axis < 0 ? 1 : shape[axis];
        int missing = shape.length - constant.rank();
        for (int i = 0; i < constant.rank(); i++) {
            if (i + missing != axis && constant.dim(i) != 1) {
                return null;
            }
        }
        float[] numbers = Numbers.floats(constant);
        if (numbers.length == length) {
            return numbers;
        }
        if (numbers.length != 1) {
            return null;
        }
        float[] repeated = new float[(int) length];
        Arrays.fill(repeated, numbers[0]);
        return repeated;
    }
}
