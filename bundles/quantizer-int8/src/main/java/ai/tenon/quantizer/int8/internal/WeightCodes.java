package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Weights as codes.
 *
 * @param codes INT8 or UINT8, in the shape of the weights
 * @param scales one per channel, or one
 * @param zeroPoints as many, of the type of the codes
 */
record WeightCodes(Tensor codes, float[] scales, int[] zeroPoints) {

    /**
     * Finds the ranges of the channels.
     *
     * @return lowest and highest value of each channel; empty if a weight is NaN or infinite
     */
    static Optional<float[][]> ranges(Slices slices) {
        float[] min = new float[slices.channels()];
        float[] max = new float[slices.channels()];
        Arrays.fill(min, Float.POSITIVE_INFINITY);
        Arrays.fill(max, Float.NEGATIVE_INFINITY);
        boolean[] finite = {true};
        slices.forEach(
                (values, count, index, channel, inner) -> {
                    for (int from = 0, c = channel; from < count; from += inner, c++) {
                        float low = min[c];
                        float high = max[c];
                        // 0 times a finite number is 0, times any other NaN
                        float sum = 0;
                        for (int i = from; i < from + inner; i++) {
                            float value = values[i];
                            low = Math.min(low, value);
                            high = Math.max(high, value);
                            sum += value * 0;
                        }
                        min[c] = low;
                        max[c] = high;
                        finite[0] &= sum == 0;
                    }
                });
        return finite[0] ? Optional.of(new float[][] {min, max}) : Optional.empty();
    }

    /**
     * Rounds weights to codes.
     *
     * @param channelAxis dimension with a scale per element; -1 for one scale
     * @return empty if a weight is NaN or infinite
     */
    static Optional<WeightCodes> of(
            Tensor weights, int channelAxis, CodeType type, boolean symmetric) {
        Slices slices = new Slices(weights, channelAxis);
        return ranges(slices)
                .map(
                        ranges -> {
                            Affine[] affine = new Affine[slices.channels()];
                            for (int c = 0; c < affine.length; c++) {
                                affine[c] = Affine.of(ranges[0][c], ranges[1][c], type, symmetric);
                            }
                            return of(weights, slices, affine, type);
                        });
    }

    /** Rounds weights to the codes of given scales. */
    static WeightCodes of(Tensor weights, Slices slices, Affine[] affine, CodeType type) {
        Tensor codes = Numbers.allocate(type.type(), weights.shape());
        ByteBuffer bytes = codes.buffer();
        slices.forEach(
                (values, count, index, channel, inner) -> {
                    for (int from = 0, c = channel; from < count; from += inner, c++) {
                        Affine own = affine[c];
                        for (int i = from; i < from + inner; i++) {
                            bytes.put(index + i, (byte) own.code(values[i]));
                        }
                    }
                });
        float[] scales = new float[affine.length];
        int[] zeroPoints = new int[affine.length];
        for (int c = 0; c < affine.length; c++) {
            scales[c] = affine[c].scale();
            zeroPoints[c] = affine[c].zeroPoint();
        }
        return new WeightCodes(codes, scales, zeroPoints);
    }

    /** The codes of a matrix with rows and columns exchanged. */
    WeightCodes transposed() {
        int rows = (int) codes.dim(0);
        int columns = (int) codes.dim(1);
        Tensor turned = Numbers.allocate(codes.type(), columns, rows);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned.buffer()
                        .put(column * rows + row, codes.buffer().get(row * columns + column));
            }
        }
        return new WeightCodes(turned, scales, zeroPoints);
    }

    /** The same with every scale multiplied. */
    WeightCodes scaled(float factor) {
        float[] more = scales.clone();
        for (int c = 0; c < more.length; c++) {
            more[c] *= factor;
        }
        return new WeightCodes(codes, more, zeroPoints);
    }

    /** Scales as a tensor: a scalar if there is one, unless a shape is given. */
    Tensor scaleTensor(long... shape) {
        return Numbers.ofFloats(scales, shape.length > 0 ? shape : vector());
    }

    /** Zero points as a tensor: a scalar if they are all the same. */
    Tensor zeroPointTensor() {
        boolean same = Arrays.stream(zeroPoints).allMatch(zero -> zero == zeroPoints[0]);
        long[] values = Arrays.stream(zeroPoints).asLongStream().toArray();
        return same
                ? Numbers.of(codes.type(), new long[] {values[0]})
                : Numbers.of(codes.type(), values, values.length);
    }

    /** Bytes that codes, scales and zero points take. */
    long bytes() {
        return (long) codes.byteSize() + scaleTensor().byteSize() + zeroPointTensor().byteSize();
    }

    private long[] vector() {
        return scales.length == 1 ? new long[0] : new long[] {scales.length};
    }
}
