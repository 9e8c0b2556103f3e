package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.plan.Packing;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A constant matrix [k, n] as codes of few bits that share scales by blocks along k: {@code weight
 * = scale * (code - zero)}.
 *
 * @param name unique among the model's constants
 * @param codes [n][k], signed: from -2^(bits - 1) on
 * @param scales [n][ceil(k / block)]
 * @param zeros like scales; null if all are 0
 * @param bits of a code; with one bit codes are -1 and 1
 * @param block weights that share a scale
 */
record BlockWeights(
        String name,
        byte[] codes,
        float[] scales,
        float[] zeros,
        int k,
        int n,
        int bits,
        int block) {

    /** Scales per column. */
    int groups() {
        return (k + block - 1) / block;
    }

    /**
     * Packs it.
     *
     * @param eightBitActivations whether activations are rounded to 8 bits, block by block
     */
    Place pack(boolean eightBitActivations, Lowering lowering) {
        ByteBuffer packedCodes = ByteBuffer.allocateDirect(Math.max(1, codes.length));
        packedCodes.put(codes);
        ByteBuffer packedScales = direct(scales);
        ByteBuffer packedZeros = zeros == null ? null : direct(zeros);
        Place place =
                lowering.weights()
                        .pack(
                                Packing.GEMM_WB
                                        + " "
                                        + name
                                        + (eightBitActivations ? " by 8 bits" : ""),
                                Packing.GEMM_WB,
                                new long[] {
                                    Engine.address(packedCodes),
                                    Engine.address(packedScales),
                                    packedZeros == null ? 0 : Engine.address(packedZeros),
                                    k,
                                    n,
                                    bits,
                                    block,
                                    eightBitActivations ? 1 : 0
                                });
        java.lang.ref.Reference.reachabilityFence(packedCodes);
        java.lang.ref.Reference.reachabilityFence(packedScales);
        java.lang.ref.Reference.reachabilityFence(packedZeros);
        return place;
    }

    private static ByteBuffer direct(float[] numbers) {
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(Math.max(1, Float.BYTES * numbers.length))
                        .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(numbers);
        return buffer;
    }

    /** The weights as FLOAT [n, k]. */
    Tensor rows() {
        float[] reals = new float[n * k];
        for (int column = 0; column < n; column++) {
            for (int i = 0; i < k; i++) {
                int group = column * groups() + i / block;
                float zero = zeros == null ? 0 : zeros[group];
                reals[column * k + i] = (codes[column * k + i] - zero) * scales[group];
            }
        }
        return Numbers.ofFloats(reals, n, k);
    }
}
