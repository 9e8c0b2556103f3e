package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Weights as codes with a scale per block: elements that follow each other along one dimension.
 *
 * @param codes INT8 or UINT8, in the shape of the weights
 * @param scales FLOAT, in the shape of the weights but for that dimension, which has an element per
 *     block; the last block may be shorter
 * @param zeroPoints in the shape of the scales, of the type of the codes
 */
record BlockCodes(Tensor codes, Tensor scales, Tensor zeroPoints) {

    /**
     * Rounds weights, which have to be finite, to codes.
     *
     * @param axis the dimension that blocks lie along
     */
    static BlockCodes of(Tensor weights, int axis, WeightSettings settings) {
        int length = (int) weights.dim(axis);
        int blocks = (length + settings.block() - 1) / settings.block();
        int inner = 1;
        for (int i = axis + 1; i < weights.rank(); i++) {
            inner *= (int) weights.dim(i);
        }
        int outer = weights.size() / length / inner;
        FloatBuffer elements =
                weights.buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        Tensor codes = Numbers.allocate(settings.type().type(), weights.shape());
        float[] scales = new float[outer * blocks * inner];
        long[] zeroPoints = new long[scales.length];
        float[] run = new float[Math.min(settings.block(), length) * inner];
        for (int block = 0; block < outer * blocks; block++) {
            int from = block % blocks * settings.block();
            int count = Math.min(settings.block(), length - from) * inner;
            int start = (block / blocks * length + from) * inner;
            elements.get(start, run, 0, count);
            for (int column = 0; column < inner; column++) {
                Affine affine = affine(run, column, count, inner, settings);
                scales[block * inner + column] = affine.scale();
                zeroPoints[block * inner + column] = affine.zeroPoint();
                ByteBuffer bytes = codes.buffer();
                for (int i = column; i < count; i += inner) {
                    bytes.put(start + i, (byte) affine.code(run[i]));
                }
            }
        }
        long[] shape = weights.shape();
        shape[axis] = blocks;
        return new BlockCodes(
                codes,
                Numbers.ofFloats(scales, shape),
                Numbers.of(codes.type(), zeroPoints, shape));
    }

    /** Bytes that codes, scales and zero points of weights take. */
    static long bytes(Tensor weights, int axis, WeightSettings settings) {
        long length = weights.dim(axis);
        long blocks = (length + settings.block() - 1) / settings.block();
        return weights.size() + weights.size() / length * blocks * (Float.BYTES + 1);
    }

    /** Covers every {@code step}-th number from {@code first} on. */
    private static Affine affine(
            float[] numbers, int first, int end, int step, WeightSettings settings) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = first; i < end; i += step) {
            min = Math.min(min, numbers[i]);
            max = Math.max(max, numbers[i]);
        }
        return Affine.of(min, max, settings.type(), settings.symmetric());
    }
}
