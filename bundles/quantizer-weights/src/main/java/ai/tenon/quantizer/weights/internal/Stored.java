package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;

/** Scales and zeros of a matrix as tensors. */
final class Stored {
    private Stored() {}

    /**
     * Scales in the format's type, row by row.
     *
     * @param group weights that share a stored scale; divides the format's own, or is a multiple of
     *     a channel's length
     * @param shape of the tensor
     */
    static Tensor scales(QuantizedMatrix matrix, int group, long... shape) {
        int groups = (matrix.length() + group - 1) / group;
        double[] values = new double[matrix.rows() * groups];
        for (int i = 0; i < values.length; i++) {
            values[i] = matrix.channel(i / groups).scales[index(matrix, group, i % groups)];
        }
        return Numbers.of(matrix.format().scaleType(), values, shape);
    }

    /** Zeros as codes of one type; otherwise as {@link #scales}. */
    static Tensor zeros(QuantizedMatrix matrix, int group, DataType type, long... shape) {
        int groups = (matrix.length() + group - 1) / group;
        long[] values = new long[matrix.rows() * groups];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) matrix.channel(i / groups).zeros[index(matrix, group, i % groups)];
        }
        return Numbers.ofCodes(type, values, shape);
    }

    private static int index(QuantizedMatrix matrix, int group, int at) {
        return at * group / matrix.format().group(matrix.length());
    }
}
