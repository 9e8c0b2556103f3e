package ai.tenon.datasets.internal.banking;

import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;

/** Sentence embeddings: vectors of length 1. */
final class Embedding {
    private Embedding() {}

    /**
     * The mean of the token embeddings over the attention mask, L2-normalised, as the model card of
     * sentence-transformers/all-MiniLM-L6-v2 has it.
     *
     * @param output FLOAT [1, tokens, dimension]
     * @param mask INT64 [1, tokens]
     * @throws IllegalArgumentException if the two do not have the same number of tokens
     */
    static double[] of(Tensor output, Tensor mask) {
        if (mask.size() != output.dim(1) || output.dim(0) != 1) {
            throw new IllegalArgumentException(
                    "embeddings " + output + " do not fit the mask " + mask);
        }
        int dimension = (int) output.dim(2);
        ByteBuffer values = output.buffer();
        double[] sum = new double[dimension];
        for (int token = 0; token < mask.size(); token++) {
            if (mask.buffer().getLong(token * Long.BYTES) == 0) {
                continue;
            }
            for (int i = 0; i < dimension; i++) {
                sum[i] += values.getFloat((token * dimension + i) * Float.BYTES);
            }
        }
        return normalised(sum);
    }

    /** Scales to length 1, in place; leaves a vector of zeros alone. */
    static double[] normalised(double[] vector) {
        double length = Math.sqrt(dot(vector, vector));
        for (int i = 0; length > 0 && i < vector.length; i++) {
            vector[i] /= length;
        }
        return vector;
    }

    /** The inner product; for vectors of length 1 their cosine. */
    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
