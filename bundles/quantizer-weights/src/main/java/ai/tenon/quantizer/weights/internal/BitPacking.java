package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;

/** How codes of fewer than eight bits lie in bytes. */
final class BitPacking {
    private BitPacking() {}

    /**
     * As {@code com.microsoft.MatMulNBits} wants them: UINT8 [rows, blocks, block * bits / 8], the
     * first code in the lowest bits. What is missing of the last block is zero.
     *
     * @param bits 2 or 4
     */
    static Tensor blocks(QuantizedMatrix matrix, int block) {
        int bits = matrix.format().bits();
        int blocks = (matrix.length() + block - 1) / block;
        int bytes = blocks * block * bits / 8;
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(matrix.rows(), bytes));
        for (int row = 0; row < matrix.rows(); row++) {
            Channel channel = matrix.channel(row);
            for (int i = 0; i < channel.length(); i++) {
                or(data, row * bytes + i * bits / 8, channel.code(i) << i * bits % 8);
            }
        }
        return Tensor.of(
                DataType.UINT8, new long[] {matrix.rows(), blocks, block * bits / 8}, data);
    }

    /**
     * A channel's codes in planes: UINT8 [rows, planes, bytes]. With 2 bits the n-th quarter of the
     * codes has bits 2n and 2n + 1 of the only plane, with 1 bit the n-th eighth bit n. With 6 bits
     * four quarters a, b, c, d are spread over three planes: {@code aaaaaabb bbbbcccc ccdddddd}
     * read from the lowest bit of the first plane to the highest of the last.
     *
     * @param length codes per channel, at least the matrix's, a multiple of {@link #parts}
     */
    static Tensor planes(QuantizedMatrix matrix, int length) {
        int bits = matrix.format().bits();
        int parts = parts(bits);
        int planes = parts * bits / 8;
        int bytes = length / parts;
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(matrix.rows(), planes * bytes));
        for (int row = 0; row < matrix.rows(); row++) {
            Channel channel = matrix.channel(row);
            for (int i = 0; i < channel.length(); i++) {
                int bit = i / bytes * bits;
                int shifted = channel.code(i) << bit % 8;
                int at = (row * planes + bit / 8) * bytes + i % bytes;
                or(data, at, shifted);
                if (shifted > 0xff) {
                    or(data, at + bytes, shifted >> 8);
                }
            }
        }
        return Tensor.of(DataType.UINT8, new long[] {matrix.rows(), planes, bytes}, data);
    }

    /** How many codes share the fewest whole bytes. */
    static int parts(int bits) {
        return bits == 1 ? 8 : 4;
    }

    private static void or(ByteBuffer data, int index, int bits) {
        data.put(index, (byte) (data.get(index) | bits));
    }
}
