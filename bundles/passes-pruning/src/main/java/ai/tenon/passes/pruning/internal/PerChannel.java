package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.passes.pruning.internal.Space.Place;

/** Constants that are broadcast against values with channels. */
final class PerChannel {
    private PerChannel() {}

    /** The dimension of a constant that has one element per channel; -1 if it has none. */
    static int axis(Tensor constant, Place place, int channels) {
        int own = place.axis() - (place.rank() - constant.rank());
        return own >= 0
                        && place.repeat() == 1
                        && constant.dim(own) == channels
                        && (channels > 1 || constant.size() == 1)
                ? own
                : -1;
    }

    /** True if the constant is FLOAT, enlarges nothing and can lose the channels. */
    static boolean fits(Tensor constant, Place place, int channels) {
        int own = place.axis() - (place.rank() - constant.rank());
        return constant.type() == DataType.FLOAT
                && constant.rank() <= place.rank()
                && (own < 0 || constant.dim(own) == 1 || axis(constant, place, channels) >= 0);
    }

    /** One number per channel; null if there are several. */
    static double[] values(Tensor constant, Place place, int channels) {
        int own = axis(constant, place, channels);
        double[] given = Numbers.doubles(constant);
        if (given.length != 1 && (own < 0 || given.length != channels)) {
            return null;
        }
        double[] values = new double[channels];
        for (int c = 0; c < channels; c++) {
            values[c] = given[given.length == 1 ? 0 : c];
        }
        return values;
    }

    /** A FLOAT tensor with only these positions along one dimension. */
    static Tensor slice(Tensor tensor, int axis, int[] positions) {
        long[] shape = tensor.shape();
        int inner = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            inner *= (int) shape[i];
        }
        int length = (int) shape[axis];
        int outer = tensor.size() / (length * inner);
        float[] from = tensor.toFloats();
        float[] to = new float[outer * positions.length * inner];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < positions.length; i++) {
                System.arraycopy(
                        from,
                        (o * length + positions[i]) * inner,
                        to,
                        (o * positions.length + i) * inner,
                        inner);
            }
        }
        shape[axis] = positions.length;
        return Numbers.ofFloats(to, shape);
    }
}
