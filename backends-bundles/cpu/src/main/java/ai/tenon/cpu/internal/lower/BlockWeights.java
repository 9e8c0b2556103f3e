package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Packing;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Unpacked;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;

/**
 * A constant matrix [k, n] as codes of few bits that share scales by blocks along k: {@code weight
 * = scale * (code - zero)}.
 *
 * @param name unique among the model's constants
 * @param bits of a code
 * @param block weights that share a scale
 * @param contents found out only where they are needed
 */
public record BlockWeights(
        String name, int k, int n, int bits, int block, Supplier<Contents> contents) {

    /**
     * What the weights are.
     *
     * @param codes [n][k], signed: from -2^(bits - 1) on; with one bit -1 and 1
     * @param scales [n][ceil(k / block)]
     * @param zeros like scales; null if all are 0
     */
    record Contents(byte[] codes, float[] scales, float[] zeros) {}

    /** Scales per column. */
    int groups() {
        return (k + block - 1) / block;
    }

    /**
     * Packs it.
     *
     * @param eightBitActivations whether activations are rounded to 8 bits, block by block
     */
    public Place pack(boolean eightBitActivations, Lowering lowering) {
        String key = Packing.GEMM_WB + " " + name + (eightBitActivations ? " by 8 bits" : "");
        return lowering.weights()
                .pack(key, Packing.GEMM_WB, () -> unpacked(contents.get(), eightBitActivations));
    }

    private Unpacked unpacked(Contents given, boolean eightBitActivations) {
        ByteBuffer codes = ByteBuffer.allocateDirect(Math.max(1, given.codes().length));
        codes.put(given.codes());
        Unpacked unpacked = new Unpacked();
        return unpacked.with(
                unpacked.address(codes),
                unpacked.address(direct(given.scales())),
                unpacked.address(given.zeros() == null ? null : direct(given.zeros())),
                k,
                n,
                bits,
                block,
                eightBitActivations ? 1 : 0);
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
        Contents given = contents.get();
        float[] zeros = given.zeros();
        float[] reals = new float[n * k];
        for (int column = 0; column < n; column++) {
            for (int i = 0; i < k; i++) {
                int group = column * groups() + i / block;
                float zero = zeros == null ? 0 : zeros[group];
                reals[column * k + i] =
                        (given.codes()[column * k + i] - zero) * given.scales()[group];
            }
        }
        return Numbers.ofFloats(reals, n, k);
    }
}
