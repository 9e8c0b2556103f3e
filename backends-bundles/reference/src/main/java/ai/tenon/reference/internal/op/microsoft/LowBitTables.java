package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Types;
import ai.tenon.reference.internal.op.Unsupported;
import java.util.Set;

/** Embedding tables of few bits, of which only the rows looked up are unpacked. */
public final class LowBitTables implements Operators.Family {
    private static final Set<DataType> NIBBLES = Types.set(DataType.INT4, DataType.UINT4);

    @Override
    public void register(Operators ops) {
        Domain.op(ops, "GatherBlockQuantized")
                .input(0, NIBBLES)
                .input(1, Types.INDEXES)
                .input(2, Types.FLOATS)
                .input(3, NIBBLES)
                .one(
                        call -> {
                            long quantized = call.integer("quantize_axis", 1);
                            int block = (int) call.integer("block_size", 128);
                            call.ignore("bits"); // of tables of UINT8, which are not taken here
                            if (call.integer("gather_axis", 0) != 0
                                    || quantized != 1 && quantized != -1) {
                                throw new Unsupported("only rows in blocks are known here");
                            }
                            return in -> rows(in[0], in[1], in[2], Kernel.optional(in, 3), block);
                        });
    }

    private static Tensor rows(Tensor table, Tensor indices, Tensor scale, Tensor zero, int block) {
        if (table.rank() != 2) {
            throw new IllegalArgumentException(table + " is no table of rows");
        }
        int count = (int) table.dim(0);
        int width = (int) table.dim(1);
        int groups = (width + block - 1) / block;
        if (scale.size() != count * groups || zero != null && zero.size() != scale.size()) {
            throw new IllegalArgumentException(scale + " are no scales of " + table);
        }
        long[] codes = Numbers.longs(table);
        double[] scales = Numbers.doubles(scale);
        long[] zeros = zero == null ? null : Numbers.longs(zero);
        int[] chosen = Numbers.ints(indices);
        double[] values = new double[chosen.length * width];
        for (int i = 0; i < chosen.length; i++) {
            int row = chosen[i] < 0 ? chosen[i] + count : chosen[i];
            if (row < 0 || row >= count) {
                throw new IllegalArgumentException(
                        "index " + chosen[i] + " is outside of " + count + " rows");
            }
            for (int j = 0; j < width; j++) {
                int group = row * groups + j / block;
                long middle = zeros == null ? 0 : zeros[group];
                values[i * width + j] = (codes[row * width + j] - middle) * scales[group];
            }
        }
        long[] shape = java.util.Arrays.copyOf(indices.shape(), indices.rank() + 1);
        shape[indices.rank()] = width;
        return Numbers.of(scale.type(), values, shape);
    }
}
