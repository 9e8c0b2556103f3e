package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.WeightMatrix;
import ai.tenon.cpu.internal.plan.Packing;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * When a FLOAT matrix is packed without its zeros. The shares are those from which on that was
 * faster than the dense product (K = N = 1024): where tables are looked up in registers always,
 * elsewhere only for many rows, which are worked on side by side.
 */
final class Sparsity {
    private static final double WITH_LOOK_UP = 0.8;
    private static final double SIDE_BY_SIDE = 0.9;
    private static final long MANY_ROWS = 64;
    private static final double NEVER = 2;

    private Sparsity() {}

    /**
     * @param m rows of what it is multiplied with
     */
    static boolean pays(WeightMatrix matrix, long m, Lowering lowering) {
        boolean looksUp = lowering.engine().isa().startsWith("avx512");
        double share = looksUp ? WITH_LOOK_UP : m >= MANY_ROWS ? SIDE_BY_SIDE : NEVER;
        if (share == NEVER) {
            return false;
        }
        if (lowering.weights().hasPacked(matrix.key(Packing.GEMM_SPARSE))) {
            return true;
        }
        // counted once: another plan finds what was packed
        return !lowering.weights().hasPacked(matrix.key(Packing.GEMM_F32))
                && zeros(matrix) >= share * matrix.k() * matrix.n();
    }

    private static long zeros(WeightMatrix matrix) {
        FloatBuffer weights =
                matrix.values().buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        long zeros = 0;
        while (weights.hasRemaining()) {
            zeros += weights.get() == 0 ? 1 : 0;
        }
        return zeros;
    }
}
