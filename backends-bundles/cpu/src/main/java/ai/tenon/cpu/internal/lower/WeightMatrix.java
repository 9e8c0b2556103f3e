package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Packing;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.cpu.internal.plan.Unpacked;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A constant matrix [k, n] on its way to being packed.
 *
 * @param name unique among the model's constants
 * @param transposed whether it is stored as [n, k]
 */
public record WeightMatrix(String name, Tensor values, long k, long n, boolean transposed) {

    public Place pack(Packing packing, Lowering lowering) {
        return pack(packing, null, lowering);
    }

    /**
     * Packs it.
     *
     * @param zeroPoints one per column, of integer weights; null if all are 0
     */
    public Place pack(Packing packing, int[] zeroPoints, Lowering lowering) {
        String zeroWords = zeroPoints == null ? "" : " " + Arrays.toString(zeroPoints);
        return lowering.weights()
                .pack(key(packing) + zeroWords, packing, () -> unpacked(zeroPoints));
    }

    /** What it is packed as if its columns have no zero points. */
    public String key(Packing packing) {
        return packing + " " + name + (transposed ? "^T " : " ") + k + "x" + n;
    }

    private Unpacked unpacked(int[] zeroPoints) {
        Unpacked unpacked = new Unpacked();
        return unpacked.with(
                unpacked.address(direct(values.buffer())),
                Types.number(values.type()),
                k,
                n,
                transposed ? 1 : n,
                transposed ? k : 1,
                unpacked.address(zeroPoints == null ? null : direct(zeroPoints)));
    }

    /** Native code reads direct buffers only. */
    public static ByteBuffer direct(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            return buffer;
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(Math.max(1, buffer.capacity()));
        copy.put(buffer.duplicate().rewind()).rewind();
        return copy;
    }

    public static ByteBuffer direct(int[] numbers) {
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(Math.max(1, Integer.BYTES * numbers.length))
                        .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asIntBuffer().put(numbers);
        return buffer;
    }

    /** One number per column of a constant that holds one or n; null if it holds neither. */
    public static float[] perColumn(Tensor constant, long n) {
        float[] numbers = Numbers.floats(constant);
        if (numbers.length == n) {
            return numbers;
        }
        if (numbers.length != 1) {
            return null;
        }
        float[] repeated = new float[(int) n];
        Arrays.fill(repeated, numbers[0]);
        return repeated;
    }

    /** Zero points, one per column; null if all are 0. */
    public static int[] zeroPoints(Tensor constant, long n) {
        if (constant == null) {
            return null;
        }
        long[] numbers = Numbers.longs(constant);
        if (numbers.length != 1 && numbers.length != n) {
            throw new Unsupported("zero points of another number than there are columns");
        }
        if (Arrays.stream(numbers).allMatch(each -> each == 0)) {
            return null;
        }
        int[] zeros = new int[(int) n];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = (int) numbers[numbers.length == 1 ? 0 : i];
        }
        return zeros;
    }
}
