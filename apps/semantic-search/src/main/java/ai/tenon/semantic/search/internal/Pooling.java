package ai.tenon.semantic.search.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;

/**
 * From a model's output to one vector of length 1, by the recipe of
 * sentence-transformers/all-MiniLM-L6-v2's model card: the mean of the token embeddings over the
 * attention mask, then L2 normalisation.
 */
final class Pooling {
    private static final float SMALLEST = 1e-12f;

    private Pooling() {}

    /**
     * @param output FLOAT, {@code [1, tokens, dimension]}, or {@code [1, dimension]} if the model
     *     pools itself
     * @param mask per token, 1 if it counts
     * @throws IllegalArgumentException for any other output
     */
    static float[] sentence(Tensor output, long[] mask) {
        boolean pooled = output.rank() == 2;
        if (output.type() != DataType.FLOAT
                || output.rank() < 2
                || output.rank() > 3
                || output.dim(0) != 1
                || !pooled && output.dim(1) < mask.length) {
            throw new IllegalArgumentException(
                    "sentence embeddings come from FLOAT[1, "
                            + mask.length
                            + ", dimension] or FLOAT[1, dimension]; the model gives "
                            + output);
        }
        return normalise(pooled ? output.toFloats() : mean(output, mask));
    }

    private static float[] mean(Tensor output, long[] mask) {
        int dimension = (int) output.dim(2);
        ByteBuffer values = output.buffer();
        float[] sum = new float[dimension];
        int count = 0;
        for (int token = 0; token < mask.length; token++) {
            if (mask[token] == 0) {
                continue;
            }
            count++;
            int row = token * dimension * Float.BYTES;
            for (int i = 0; i < dimension; i++) {
                sum[i] += values.getFloat(row + i * Float.BYTES);
            }
        }
        for (int i = 0; i < dimension; i++) {
            sum[i] /= Math.max(count, 1);
        }
        return sum;
    }

    /** Scales {@code vector} to length 1 and returns it. */
    static float[] normalise(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float length = Math.max((float) Math.sqrt(squares), SMALLEST);
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= length;
        }
        return vector;
    }
}
