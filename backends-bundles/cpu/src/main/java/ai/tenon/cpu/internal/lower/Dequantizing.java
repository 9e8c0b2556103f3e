package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;

/**
 * Constant codes as real numbers: {@code (code - zero point) * scale}, DequantizeLinear of ONNX.
 */
final class Dequantizing {
    private Dequantizing() {}

    static Tensor of(Node node, Lowering lowering) {
        Tensor codes = lowering.constant(node.input(0));
        Tensor scale = lowering.constant(node.input(1));
        Tensor zero = node.input(2) == null ? null : lowering.constant(node.input(2));
        if (scale.type() != DataType.FLOAT) {
            throw new Unsupported("DequantizeLinear to " + scale.type());
        }
        long[] integers = Numbers.longs(codes);
        long[] zeros = zero == null ? new long[scale.size()] : Numbers.longs(zero);
        float[] scales = Numbers.floats(scale);
        int rank = codes.rank();
        int axis = rank == 0 ? 0 : (int) Math.floorMod(node.intAttribute("axis", 1), (long) rank);
        long block = Math.max(1, node.intAttribute("block_size", 0));
        long inner = 1;
        for (int i = axis + 1; i < rank; i++) {
            inner *= codes.dim(i);
        }
        long length = rank == 0 ? 1 : codes.dim(axis);
        long groups = (length + block - 1) / block;
        boolean blocked = node.intAttribute("block_size", 0) > 0;
        float[] reals = new float[integers.length];
        for (int i = 0; i < reals.length; i++) {
            int group = 0;
            if (scales.length > 1) {
                long at = i / inner % length;
                long outer = i / inner / length;
                group = (int) (blocked ? (outer * groups + at / block) * inner + i % inner : at);
            }
            reals[i] = (integers[i] - zeros[group]) * scales[group];
        }
        return Numbers.ofFloats(reals, codes.shape());
    }
}
