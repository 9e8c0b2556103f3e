package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Gemm;
import ai.tenon.reference.internal.data.Strides;
import ai.tenon.reference.internal.data.Windows;
import java.util.Arrays;
import java.util.Set;

/** Matrix products and convolutions of quantized tensors. */
public final class IntegerProducts implements Operators.Family {
    private static final Set<DataType> BYTES = Types.set(DataType.INT8, DataType.UINT8);
    private static final Set<DataType> QUANTIZED =
            Types.union(
                    BYTES,
                    Types.set(
                            DataType.FLOAT8E4M3FN,
                            DataType.FLOAT8E4M3FNUZ,
                            DataType.FLOAT8E5M2,
                            DataType.FLOAT8E5M2FNUZ));

    @Override
    public void register(Operators ops) {
        ops.op("MatMulInteger")
                .since(10)
                .types(BYTES)
                .one(
                        call ->
                                in ->
                                        multiply(
                                                in[0],
                                                in[1],
                                                Kernel.optional(in, 2),
                                                Kernel.optional(in, 3)));
        ops.op("QLinearMatMul")
                .since(10)
                .types(Types.FLOATS)
                .input(0, QUANTIZED)
                .input(2, QUANTIZED)
                .input(3, QUANTIZED)
                .input(5, QUANTIZED)
                .input(7, QUANTIZED)
                .one(
                        call ->
                                in -> {
                                    Tensor a = real(in[0], in[1], in[2], in[0].rank() - 2);
                                    Tensor b = real(in[3], in[4], in[5], in[3].rank() - 1);
                                    Tensor y = MatrixFamily.matmul(a, b);
                                    return requantize(y, in[6], in[7], y.rank() - 2);
                                });
        ops.op("ConvInteger")
                .since(10)
                .types(BYTES)
                .one(
                        call -> {
                            Windows.Parameters windows = ConvolutionFamily.windows(call, false);
                            call.ignore("kernel_shape");
                            int groups = (int) call.integer("group", 1);
                            return in -> {
                                Tensor one = Numbers.of(DataType.DOUBLE, new double[] {1});
                                Tensor x = real(in[0], one, Kernel.optional(in, 2), 0);
                                Tensor w = real(in[1], one, Kernel.optional(in, 3), 0);
                                Tensor y = ConvolutionFamily.convolve(x, w, null, windows, groups);
                                return Numbers.of(DataType.INT32, Numbers.longs(y), y.shape());
                            };
                        });
        ops.op("QLinearConv")
                .since(10)
                .types(BYTES)
                .input(1, Types.FLOATS)
                .input(4, Types.FLOATS)
                .input(6, Types.FLOATS)
                .input(8, Types.set(DataType.INT32))
                .one(
                        call -> {
                            Windows.Parameters windows = ConvolutionFamily.windows(call, false);
                            call.ignore("kernel_shape");
                            int groups = (int) call.integer("group", 1);
                            return in -> {
                                Tensor x = real(in[0], in[1], in[2], 1);
                                Tensor w = real(in[3], in[4], in[5], 0);
                                Tensor bias = Kernel.optional(in, 8);
                                Tensor y =
                                        ConvolutionFamily.convolve(
                                                x,
                                                w,
                                                bias == null ? null : bias(bias, in[1], in[4]),
                                                windows,
                                                groups);
                                return requantize(y, in[6], in[7], 1);
                            };
                        });
    }

    /** The real numbers that a quantized tensor stands for, in double. */
    private static Tensor real(Tensor x, Tensor scale, Tensor zeroPoint, int axis) {
        double[] values = Numbers.doubles(x);
        double[] scales = Numbers.doubles(scale);
        double[] zeros = zeroPoint == null ? new double[1] : Numbers.doubles(zeroPoint);
        int[] scaleAt = parameter(x, scale, axis);
        int[] zeroAt = zeroPoint == null ? null : parameter(x, zeroPoint, axis);
        for (int i = 0; i < values.length; i++) {
            double zero = zeroAt == null ? 0 : zeros[zeroAt[i]];
            values[i] = (values[i] - zero) * scales[scaleAt[i]];
        }
        return Numbers.of(DataType.DOUBLE, values, x.shape());
    }

    /** A parameter of one element, of one per index of an axis, or one that broadcasts. */
    private static int[] parameter(Tensor x, Tensor parameter, int axis) {
        return parameter.rank() <= 1
                ? Quantization.scaleIndex(x.shape(), parameter, axis, 0)
                : Strides.broadcastIndex(parameter.shape(), x.shape());
    }

    private static Tensor bias(Tensor bias, Tensor xScale, Tensor wScale) {
        double[] values = Numbers.doubles(bias);
        double x = Numbers.doubles(xScale)[0];
        double[] w = Numbers.doubles(wScale);
        for (int i = 0; i < values.length; i++) {
            values[i] *= x * w[w.length == 1 ? 0 : i];
        }
        return Numbers.of(DataType.DOUBLE, values, bias.shape());
    }

    private static Tensor requantize(Tensor y, Tensor scale, Tensor zeroPoint, int axis) {
        return Quantization.quantize(
                y, scale, zeroPoint, Math.max(axis, 0), 0, true, zeroPoint.type());
    }

    /** With zero points per row of {@code a} and per column of {@code b}. */
    public static Tensor multiply(Tensor a, Tensor b, Tensor zeroA, Tensor zeroB) {
        if (b.rank() != 2 || a.rank() < 2) {
            Tensor one = Numbers.of(DataType.DOUBLE, new double[] {1});
            Tensor x = real(a, one, zeroA, a.rank() - 2);
            Tensor y = MatrixFamily.matmul(x, real(b, one, zeroB, b.rank() - 1));
            return Numbers.of(DataType.INT32, Numbers.longs(y), y.shape());
        }
        int k = (int) b.dim(0);
        int n = (int) b.dim(1);
        if (a.dim(a.rank() - 1) != k) {
            throw new IllegalArgumentException(a + " and " + b + " do not multiply");
        }
        int rows = Strides.product(a.shape(), 0, a.rank() - 1);
        int[] result = new int[Math.multiplyExact(rows, n)];
        Gemm.multiply(
                shifted(a, zeroA, a.rank() - 2), 0, shifted(b, zeroB, 1), 0, result, 0, rows, n, k);
        long[] shape = a.shape();
        shape[shape.length - 1] = n;
        Tensor y = Numbers.allocate(DataType.INT32, shape);
        for (int i = 0; i < result.length; i++) {
            y.buffer().putInt(4 * i, result[i]);
        }
        return y;
    }

    private static int[] shifted(Tensor x, Tensor zeroPoint, int axis) {
        int[] values = Numbers.ints(x);
        if (zeroPoint != null) {
            int[] zeros = Numbers.ints(zeroPoint);
            int[] at = zeros.length == 1 ? null : parameter(x, zeroPoint, axis);
            int one = zeros[0];
            Arrays.setAll(values, i -> values[i] - (at == null ? one : zeros[at[i]]));
        }
        return values;
    }
}
