package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.op.Elementwise;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.MatrixFamily;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Types;
import ai.tenon.reference.internal.op.Unsupported;
import java.util.Set;

/** Products with weights of few bits, which are unpacked at each run. */
public final class LowBitProducts implements Operators.Family {
    private static final Set<DataType> BYTES = Types.set(DataType.UINT8);

    @Override
    public void register(Operators ops) {
        Domain.op(ops, "MatMulNBits")
                .types(Types.FLOATS)
                .input(1, BYTES)
                .input(3, Types.union(BYTES, Types.FLOATS))
                .input(4, Types.set(DataType.INT32))
                .one(
                        call -> {
                            int k = (int) call.integer("K", 0);
                            int n = (int) call.integer("N", 0);
                            int bits = (int) call.integer("bits", 4);
                            int block = (int) call.integer("block_size", 0);
                            // How precisely others may multiply; here it is always exact.
                            call.ignore("accuracy_level");
                            call.ignore("weight_prepacked");
                            if (call.gives(4)) {
                                throw new Unsupported("g_idx is not known here");
                            }
                            if (bits != 2 && bits != 4 && bits != 8 || block < 16) {
                                throw new Unsupported(
                                        bits + " bits in blocks of " + block + " are not known");
                            }
                            Blocks blocks = new Blocks(k, n, bits, block);
                            return in -> {
                                Tensor b = blocks.unpack(in[1], in[2], Kernel.optional(in, 3));
                                Tensor y = MatrixFamily.matmul(in[0], b);
                                Tensor bias = Kernel.optional(in, 5);
                                return bias == null ? y : Elementwise.combine(y, bias, Double::sum);
                            };
                        });
    }

    /** Weights [n, k] in blocks along k. */
    private record Blocks(int k, int n, int bits, int block) {
        /**
         * The weights as [k, n].
         *
         * @param packed [n, blocks, block · bits / 8], the first of a byte in its low bits
         * @param scale [n, blocks]
         * @param zero null for half the range, packed bytes row by row, or of the type of scale
         */
        Tensor unpack(Tensor packed, Tensor scale, Tensor zero) {
            int count = (k + block - 1) / block;
            int bytes = block * bits / 8;
            if (packed.size() != n * count * bytes || scale.size() != n * count) {
                throw new IllegalArgumentException(
                        packed + " with " + scale + " holds no weights of " + n + " x " + k);
            }
            boolean zerosPacked = zero != null && zero.type() == DataType.UINT8;
            int zeroRow = zerosPacked ? (count * bits + 7) / 8 : count;
            if (zero != null && zero.size() != n * zeroRow) {
                throw new IllegalArgumentException(zero + " are no zero points of " + scale);
            }
            double[] scales = Numbers.doubles(scale);
            double[] zeros = zero == null || zerosPacked ? null : Numbers.doubles(zero);
            double[] weights = new double[k * n];
            for (int row = 0; row < n; row++) {
                for (int i = 0; i < k; i++) {
                    int at = i / block;
                    double middle =
                            zero == null
                                    ? 1 << bits - 1
                                    : zerosPacked
                                            ? code(zero, row * zeroRow, at)
                                            : zeros[row * count + at];
                    int value = code(packed, (row * count + at) * bytes, i % block);
                    weights[i * n + row] = (value - middle) * scales[row * count + at];
                }
            }
            return Numbers.of(scale.type(), weights, k, n);
        }

        private int code(Tensor bytes, int from, int index) {
            int bit = index * bits;
            return bytes.buffer().get(from + (bit >> 3)) >> (bit & 7) & (1 << bits) - 1;
        }
    }
}
