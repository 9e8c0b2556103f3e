package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.op.Elementwise;
import ai.tenon.reference.internal.op.IntegerProducts;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Quantization;
import ai.tenon.reference.internal.op.Rearranging;
import ai.tenon.reference.internal.op.Types;
import java.util.Set;

/** Products of bytes that give real numbers, or bytes again. */
public final class QuantizedProducts implements Operators.Family {
    static final Set<DataType> BYTES = Types.set(DataType.UINT8, DataType.INT8);

    @Override
    public void register(Operators ops) {
        Domain.op(ops, "MatMulIntegerToFloat")
                .types(Types.FLOATS)
                .input(0, BYTES)
                .input(1, BYTES)
                .input(4, BYTES)
                .input(5, BYTES)
                .one(
                        call ->
                                in ->
                                        real(
                                                IntegerProducts.multiply(
                                                        in[0],
                                                        in[1],
                                                        Kernel.optional(in, 4),
                                                        Kernel.optional(in, 5)),
                                                in[2],
                                                in[3],
                                                Kernel.optional(in, 6)));
        Domain.op(ops, "DynamicQuantizeMatMul")
                .types(Types.set(DataType.FLOAT))
                .input(1, BYTES)
                .input(3, BYTES)
                .one(
                        call ->
                                in -> {
                                    Tensor[] a = Quantization.dynamic(in[0]);
                                    Tensor product =
                                            IntegerProducts.multiply(
                                                    a[0], in[1], a[2], Kernel.optional(in, 3));
                                    return real(product, a[1], in[2], Kernel.optional(in, 4));
                                });
        Domain.op(ops, "QGemm")
                .types(BYTES)
                .input(1, Types.FLOATS)
                .input(4, Types.FLOATS)
                .input(6, Types.set(DataType.INT32))
                .input(7, Types.FLOATS)
                .one(
                        call -> {
                            float alpha = call.real("alpha", 1);
                            boolean turnA = call.flag("transA", false);
                            boolean turnB = call.flag("transB", false);
                            return in -> gemm(in, alpha, turnA, turnB);
                        });
    }

    private static Tensor gemm(Tensor[] in, float alpha, boolean turnA, boolean turnB) {
        Tensor product =
                IntegerProducts.multiply(
                        turnA ? Rearranging.transpose(in[0], 1, 0) : in[0],
                        turnB ? Rearranging.transpose(in[3], 1, 0) : in[3],
                        in[2],
                        in[5]);
        Tensor bias = Kernel.optional(in, 6);
        Tensor sum =
                bias == null
                        ? product
                        : Elementwise.combine(product, bias, DataType.DOUBLE, Double::sum);
        Tensor scale = Elementwise.map(in[1], x -> x * alpha);
        Tensor y = real(sum, scale, in[4], null);
        Tensor zero = Kernel.optional(in, 8);
        return zero == null ? y : Quantization.quantize(y, in[7], zero, 0, 0, true, zero.type());
    }

    /** {@code product · a · b + bias}, rounded once. */
    private static Tensor real(Tensor product, Tensor a, Tensor b, Tensor bias) {
        Tensor scale = Elementwise.combine(a, b, DataType.DOUBLE, (x, y) -> x * y);
        Tensor y = Elementwise.combine(product, scale, DataType.DOUBLE, (x, s) -> x * s);
        Tensor sum = bias == null ? y : Elementwise.combine(y, bias, DataType.DOUBLE, Double::sum);
        return Numbers.of(a.type(), Numbers.doubles(sum), product.shape());
    }
}
