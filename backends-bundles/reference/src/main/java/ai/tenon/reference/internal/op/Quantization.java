package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.Set;

/** Between real numbers and the few bits that stand for them. */
public final class Quantization implements Operators.Family {
    private static final Set<DataType> SCALES =
            Types.union(Types.FLOATS, Types.set(DataType.FLOAT8E8M0));

    @Override
    public void register(Operators ops) {
        define(ops, "", 10);
        define(ops, "com.microsoft", 1);
        ops.op("DynamicQuantizeLinear")
                .since(11)
                .types(Types.set(DataType.FLOAT))
                .many(call -> in -> dynamic(in[0]));
    }

    private static void define(Operators ops, String domain, long since) {
        ops.op(domain, "QuantizeLinear")
                .since(since)
                .types(Types.NUMBERS)
                .input(0, Types.union(Types.FLOATS, Types.set(DataType.INT32)))
                .input(1, Types.union(SCALES, Types.set(DataType.INT32)))
                .one(
                        call -> {
                            long axis = call.integer("axis", 1);
                            long block = call.integer("block_size", 0);
                            boolean saturate = call.flag("saturate", true);
                            DataType type = call.type("output_dtype", DataType.UINT8);
                            call.ignore("precision");
                            return in ->
                                    quantize(
                                            in[0],
                                            in[1],
                                            Kernel.optional(in, 2),
                                            axis,
                                            block,
                                            saturate,
                                            in.length > 2 && in[2] != null ? in[2].type() : type);
                        });
        ops.op(domain, "DequantizeLinear")
                .since(since)
                .types(Types.NUMBERS)
                .input(1, SCALES)
                .one(
                        call -> {
                            long axis = call.integer("axis", 1);
                            long block = call.integer("block_size", 0);
                            DataType type = call.type("output_dtype", null);
                            return in ->
                                    dequantize(
                                            in[0],
                                            in[1],
                                            Kernel.optional(in, 2),
                                            axis,
                                            block,
                                            type == null ? in[1].type() : type);
                        });
    }

    /** Index of the scale of each element: one for all, one along an axis, or one per block. */
    static int[] scaleIndex(long[] shape, Tensor scale, long axis, long block) {
        if (scale.size() == 1 && block == 0) {
            return new int[Tensor.elements(shape)];
        }
        int at = Strides.axis(axis, shape.length);
        int[] strides = new int[shape.length];
        if (block == 0) {
            if (scale.rank() != 1 || scale.dim(0) != shape[at]) {
                throw new IllegalArgumentException(
                        "a scale of "
                                + scale
                                + " does not fit axis "
                                + at
                                + " of length "
                                + shape[at]);
            }
            strides[at] = 1;
            return Strides.index(shape, strides, 0);
        }
        if (scale.rank() != shape.length || (shape[at] + block - 1) / block != scale.dim(at)) {
            throw new IllegalArgumentException(
                    "scales of " + scale + " do not fit blocks of " + block + " along axis " + at);
        }
        int[] own = Strides.of(scale.shape());
        int step = own[at];
        own[at] = 0;
        int[] index = Strides.index(shape, own, 0);
        int inner = Strides.product(shape, at + 1, shape.length);
        for (int i = 0; i < index.length; i++) {
            index[i] += (int) (i / inner % shape[at] / block) * step;
        }
        return index;
    }

    /**
     * To a type of few bits.
     *
     * @param zeroPoint null for 0
     * @param block elements along the axis that share a scale; 0 for one scale per index or for all
     */
    public static Tensor quantize(
            Tensor x,
            Tensor scale,
            Tensor zeroPoint,
            long axis,
            long block,
            boolean saturate,
            DataType type) {
        int[] at = scaleIndex(x.shape(), scale, axis, block);
        double[] values = Numbers.doubles(x);
        double[] scales = Numbers.doubles(scale);
        double[] zeros = zeroPoint == null ? new double[scales.length] : Numbers.doubles(zeroPoint);
        double low = type.isFloat() ? 0 : Numbers.lowest(type);
        double high = type.isFloat() ? 0 : Numbers.highest(type);
        boolean wide = x.type() == DataType.DOUBLE;
        for (int i = 0; i < values.length; i++) {
            double scaled =
                    wide ? values[i] / scales[at[i]] : (float) values[i] / (float) scales[at[i]];
            values[i] =
                    type.isFloat()
                            ? scaled
                            : Math.max(low, Math.min(high, Math.rint(scaled) + zeros[at[i]]));
        }
        return Numbers.of(type, values, saturate, x.shape());
    }

    /** The opposite of {@link #quantize}. */
    public static Tensor dequantize(
            Tensor x, Tensor scale, Tensor zeroPoint, long axis, long block, DataType type) {
        int[] at = scaleIndex(x.shape(), scale, axis, block);
        double[] values = Numbers.doubles(x);
        double[] scales = Numbers.doubles(scale);
        double[] zeros = zeroPoint == null ? new double[scales.length] : Numbers.doubles(zeroPoint);
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] - zeros[at[i]]) * scales[at[i]];
        }
        return Numbers.of(type, values, x.shape());
    }

    /** To UINT8 by the range of x: result, scale and zero point. */
    public static Tensor[] dynamic(Tensor x) {
        float low = 0;
        float high = 0;
        for (float value : Numbers.floats(x)) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        float scale = (high - low) / 255;
        float zero = scale == 0 ? 0 : (float) Math.rint(Math.max(0, Math.min(255, -low / scale)));
        Tensor scales = Numbers.ofFloats(new float[] {scale});
        Tensor zeros = Numbers.of(DataType.UINT8, new double[] {zero});
        Tensor y =
                scale == 0
                        ? Numbers.allocate(DataType.UINT8, x.shape())
                        : quantize(x, scales, zeros, 0, 0, true, DataType.UINT8);
        return new Tensor[] {y, scales, zeros};
    }
}
