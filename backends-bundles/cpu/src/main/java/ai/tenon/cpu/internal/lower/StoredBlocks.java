package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import java.util.Map;

/**
 * Finds weights of few bits in the forms in which models store them: DequantizeLinear by blocks,
 * MatMulNBits, and the functions of the domain {@code ai.tenon}, with what brings them into the
 * shape of a matrix.
 */
public final class StoredBlocks {
    private static final Map<String, Integer> FUNCTIONS =
            Map.of(
                    "ai.tenon.DequantizeInt6", 6,
                    "ai.tenon.DequantizeInt6Asymmetric", 6,
                    "ai.tenon.DequantizeInt2", 2,
                    "ai.tenon.DequantizeInt2Asymmetric", 2,
                    "ai.tenon.DequantizeBinary", 1);

    private StoredBlocks() {}

    static boolean isFunction(Node node) {
        return node != null && FUNCTIONS.containsKey(node.qualifiedType());
    }

    /** True if a value is, up to its shape, weights that such a function gives. */
    static boolean isUnpacked(Value value, Lowering lowering) {
        Node producer = value == null ? null : value.producer();
        if (isFunction(producer)) {
            return producer.inputs().stream().allMatch(each -> lowering.constant(each) != null);
        }
        return Match.is(producer, "Transpose", "Reshape", "Slice")
                && isUnpacked(producer.input(0), lowering);
    }

    /** The matrix [k, n] that a value is; null if it is not stored in blocks. */
    public static BlockWeights matrix(Value value, Lowering lowering) {
        Node transpose = Match.producer(value, "Transpose");
        if (transpose != null) {
            return rows(transpose.input(0), lowering);
        }
        Node node = Quantizers.weights(value, lowering);
        return node == null ? null : dequantized(node, value, lowering);
    }

    /** The matrix [k, n] of which a value is the transposed, [n, k]. */
    public static BlockWeights rows(Value value, Lowering lowering) {
        Node slice = Match.producer(value, "Slice");
        Node node = slice == null ? value.producer() : slice.input(0).producer();
        if (!isFunction(node)) {
            return null;
        }
        long[] shape = lowering.shape(value);
        return shape.length == 2 ? unpacked(node, (int) shape[1], lowering) : null;
    }

    private static BlockWeights unpacked(Node node, int k, Lowering lowering) {
        Tensor codes = lowering.constant(node.input(0));
        Tensor scales = lowering.constant(node.input(1));
        if (codes == null || scales == null || scales.rank() != 3) {
            return null;
        }
        int bits = FUNCTIONS.get(node.qualifiedType());
        int n = (int) codes.dim(0);
        int planes = (int) codes.dim(1);
        int bytes = (int) codes.dim(2);
        int padded = planes * bytes * 8 / bits;
        int groups = (int) scales.dim(1);
        Tensor zeros = node.input(2) == null ? null : lowering.constant(node.input(2));
        return new BlockWeights(
                node.input(0).name(),
                k,
                n,
                bits,
                groups == 1 ? k : padded / groups,
                () -> contents(codes, scales, zeros, k, bits));
    }

    /** Codes whose bits lie in planes of bytes. */
    private static BlockWeights.Contents contents(
            Tensor codes, Tensor scales, Tensor zeros, int k, int bits) {
        int n = (int) codes.dim(0);
        int planes = (int) codes.dim(1);
        int bytes = (int) codes.dim(2);
        int middle = bits > 1 ? 1 << bits - 1 : 0;
        byte[] values = new byte[n * k];
        for (int row = 0; row < n; row++) {
            for (int i = 0; i < k; i++) {
                int bit = i / bytes * bits;
                int at = (row * planes + bit / 8) * bytes + i % bytes;
                int raw = codes.buffer().get(at) & 0xff;
                if (bit % 8 + bits > 8) {
                    raw |= (codes.buffer().get(at + bytes) & 0xff) << 8;
                }
                int code = raw >> bit % 8 & (1 << bits) - 1;
                values[row * k + i] = (byte) (bits == 1 ? 2 * code - 1 : code - middle);
            }
        }
        float[] factors = Numbers.floats(scales);
        if (bits == 1) {
            for (int i = 0; i < factors.length; i++) {
                factors[i] /= 2; // there a code is 0 or 1, and 0 lies between them
            }
        }
        return new BlockWeights.Contents(
                values, factors, zeros == null ? null : less(Numbers.floats(zeros), middle));
    }

    /**
     * DequantizeLinear of [k, n] with blocks along k, or with one scale per column of 4-bit codes.
     */
    private static BlockWeights dequantized(Node node, Value value, Lowering lowering) {
        Tensor codes = lowering.constant(node.input(0));
        Tensor scales = lowering.constant(node.input(1));
        long block = node.intAttribute("block_size", 0);
        int bits = codes.type().bits();
        boolean isKnown =
                bits == 8 || codes.type() == DataType.INT4 || codes.type() == DataType.UINT4;
        long axis = node.intAttribute("axis", 1);
        if (codes.rank() != 2 || block <= 0 || !isKnown || Math.floorMod(axis, 2) != 0) {
            return null;
        }
        int k = (int) codes.dim(0);
        int n = (int) codes.dim(1);
        Tensor zeros = node.input(2) == null ? null : lowering.constant(node.input(2));
        return new BlockWeights(
                value.name(), k, n, bits, (int) block, () -> contents(codes, scales, zeros));
    }

    /** Codes [k, n] with scales [groups, n]. */
    private static BlockWeights.Contents contents(Tensor codes, Tensor scales, Tensor zeros) {
        int k = (int) codes.dim(0);
        int n = (int) codes.dim(1);
        int groups = (int) scales.dim(0);
        int bits = codes.type().bits();
        long[] integers = Numbers.longs(codes);
        float[] factors = Numbers.floats(scales);
        // unsigned codes become signed, as they are packed
        int middle = Numbers.signed(codes.type()) ? 0 : 1 << bits - 1;
        long[] offsets =
                zeros == null
                        ? middle == 0 ? null : new long[factors.length]
                        : Numbers.longs(zeros);
        byte[] values = new byte[n * k];
        for (int i = 0; i < k; i++) {
            for (int column = 0; column < n; column++) {
                values[column * k + i] = (byte) (integers[i * n + column] - middle);
            }
        }
        float[] ordered = new float[n * groups];
        float[] orderedZeros = offsets == null ? null : new float[n * groups];
        for (int group = 0; group < groups; group++) {
            for (int column = 0; column < n; column++) {
                ordered[column * groups + group] = factors[group * n + column];
                if (offsets != null) {
                    orderedZeros[column * groups + group] = offsets[group * n + column] - middle;
                }
            }
        }
        return new BlockWeights.Contents(values, ordered, orderedZeros);
    }

    /** The weights of a {@code com.microsoft.MatMulNBits}; null if it stores them otherwise. */
    public static BlockWeights multiplied(Node node, Lowering lowering) {
        Tensor codes = lowering.constant(node.input(1));
        Tensor scales = lowering.constant(node.input(2));
        Tensor zeros = node.input(3) == null ? null : lowering.constant(node.input(3));
        int bits = (int) node.intAttribute("bits", 4);
        int block = (int) node.intAttribute("block_size", 32);
        int k = (int) node.intAttribute("K", 0);
        int n = (int) node.intAttribute("N", 0);
        if (codes == null
                || scales == null
                || scales.type() != DataType.FLOAT
                || node.input(3) != null && zeros == null
                || bits != 2 && bits != 4 && bits != 8) {
            return null;
        }
        return new BlockWeights(
                node.input(1).name(),
                k,
                n,
                bits,
                block,
                () -> contents(codes, scales, zeros, k, n, bits, block));
    }

    /** Codes one behind the other, [n][k] with rows filled up to whole blocks. */
    private static BlockWeights.Contents contents(
            Tensor codes, Tensor scales, Tensor zeros, int k, int n, int bits, int block) {
        int groups = (k + block - 1) / block;
        int row = groups * block * bits / 8;
        int middle = 1 << bits - 1;
        byte[] values = new byte[n * k];
        for (int column = 0; column < n; column++) {
            for (int i = 0; i < k; i++) {
                int raw = codes.buffer().get(column * row + i * bits / 8) & 0xff;
                values[column * k + i] = (byte) ((raw >> i * bits % 8 & (1 << bits) - 1) - middle);
            }
        }
        return new BlockWeights.Contents(
                values, Numbers.floats(scales), zeros(zeros, n, groups, bits, middle));
    }

    private static float[] less(float[] numbers, int middle) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] -= middle;
        }
        return numbers;
    }

    private static float[] zeros(Tensor zeros, int n, int groups, int bits, int middle) {
        float[] numbers = new float[n * groups];
        if (zeros != null && zeros.type() == DataType.FLOAT) {
            return less(Numbers.floats(zeros), middle);
        }
        if (zeros == null) {
            return null; // the middle
        }
        int row = (groups * bits + 7) / 8;
        for (int i = 0; i < numbers.length; i++) {
            int bit = i % groups * bits;
            int raw = zeros.buffer().get(i / groups * row + bit / 8) & 0xff;
            numbers[i] = (raw >> bit % 8 & (1 << bits) - 1) - middle;
        }
        return numbers;
    }
}
