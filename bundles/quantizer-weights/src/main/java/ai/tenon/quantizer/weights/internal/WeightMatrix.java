package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.layer.Layer;
import java.nio.FloatBuffer;

/** A layer's weights as a matrix: a row per output channel, of {@code length} weights each. */
final class WeightMatrix {
    private final FloatBuffer values;
    private final int rows;
    private final int length;
    private final int outer;
    private final int inner;

    WeightMatrix(Layer layer) {
        Tensor tensor = layer.weights();
        values = tensor.buffer().asFloatBuffer();
        rows = layer.channels();
        length = tensor.size() / rows;
        int before = 1;
        for (int axis = 0; axis < layer.channelAxis(); axis++) {
            before *= (int) tensor.dim(axis);
        }
        outer = before;
        inner = length / outer;
    }

    int rows() {
        return rows;
    }

    int length() {
        return length;
    }

    /** Copies {@code into.length} rows from {@code first} on: one pass over memory for all. */
    void read(int first, float[][] into) {
        for (int o = 0; o < outer; o++) {
            int block = o * rows * inner;
            for (int r = 0; r < into.length; r++) {
                values.get(block + (first + r) * inner, into[r], o * inner, inner);
            }
        }
    }

    /** False if one of the weights is infinite or not a number. */
    boolean isFinite() {
        for (int i = 0; i < values.capacity(); i++) {
            if (!Float.isFinite(values.get(i))) {
                return false;
            }
        }
        return true;
    }
}
