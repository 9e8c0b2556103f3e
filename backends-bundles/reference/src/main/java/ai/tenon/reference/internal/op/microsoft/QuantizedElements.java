package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Lanes;
import ai.tenon.reference.internal.data.Strides;
import ai.tenon.reference.internal.op.Activations;
import ai.tenon.reference.internal.op.Call;
import ai.tenon.reference.internal.op.Elementwise;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Quantization;
import ai.tenon.reference.internal.op.Rearranging;
import ai.tenon.reference.internal.op.SoftmaxFamily;
import ai.tenon.reference.internal.op.Types;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Operators from quantized tensors to a quantized tensor: dequantize, compute, quantize. */
public final class QuantizedElements implements Operators.Family {
    /** Reads what is computed between from a node. */
    @FunctionalInterface
    private interface Function {
        UnaryOperator<Tensor> of(Call call);
    }

    @Override
    public void register(Operators ops) {
        pair(ops, "QLinearAdd", Double::sum);
        pair(ops, "QLinearMul", (a, b) -> a * b);
        single(ops, "QLinearSigmoid", call -> x -> Elementwise.map(x, Activations::sigmoid));
        single(
                ops,
                "QLinearLeakyRelu",
                call -> {
                    var f = Activations.leakyRelu(call.real("alpha", 0.01f));
                    return x -> Elementwise.map(x, f);
                });
        single(
                ops,
                "QLinearSoftmax",
                call -> {
                    long axis = call.integer("axis", -1);
                    boolean one = call.integer("opset", 0) >= 13;
                    return x -> {
                        int from = Strides.axis(axis, x.rank());
                        return SoftmaxFamily.softmax(
                                x, Strides.range(from, one ? from + 1 : x.rank()));
                    };
                });
        single(
                ops,
                "QLinearGlobalAveragePool",
                call -> {
                    boolean last = call.flag("channels_last", false);
                    return x -> mean(x, last ? x.rank() - 1 : 1);
                });
        Domain.op(ops, "QLinearConcat")
                .types(Types.union(QuantizedProducts.BYTES, Types.set(DataType.FLOAT)))
                .one(
                        call -> {
                            long axis = call.integer("axis", 0);
                            return in -> {
                                Tensor[] parts = new Tensor[(in.length - 2) / 3];
                                for (int i = 0; i < parts.length; i++) {
                                    parts[i] = real(in, 3 * i + 2);
                                }
                                return bytes(Rearranging.concat(parts, axis), in, 0);
                            };
                        });
    }

    private static void pair(Operators ops, String name, DoubleBinaryOperator f) {
        Domain.op(ops, name)
                .types(QuantizedProducts.BYTES)
                .input(1, Types.FLOATS)
                .input(4, Types.FLOATS)
                .input(6, Types.FLOATS)
                .one(
                        call ->
                                in ->
                                        bytes(
                                                Elementwise.combine(real(in, 0), real(in, 3), f),
                                                in,
                                                6,
                                                in[0].type()));
    }

    private static void single(Operators ops, String name, Function function) {
        Domain.op(ops, name)
                .types(QuantizedProducts.BYTES)
                .input(1, Types.FLOATS)
                .input(3, Types.FLOATS)
                .one(
                        call -> {
                            UnaryOperator<Tensor> f = function.of(call);
                            return in -> bytes(f.apply(real(in, 0)), in, 3, in[0].type());
                        });
    }

    /** The tensor at {@code index}, which its scale and zero point follow, as real numbers. */
    private static Tensor real(Tensor[] in, int index) {
        return Quantization.dequantize(
                in[index], in[index + 1], Kernel.optional(in, index + 2), 0, 0, DataType.DOUBLE);
    }

    private static Tensor bytes(Tensor x, Tensor[] in, int scale) {
        return bytes(x, in, scale, in[scale + 1].type());
    }

    private static Tensor bytes(Tensor x, Tensor[] in, int scale, DataType type) {
        return Quantization.quantize(
                x, in[scale], Kernel.optional(in, scale + 1), 0, 0, true, type);
    }

    private static Tensor mean(Tensor x, int channels) {
        int[] axes = IntStream.range(1, x.rank()).filter(axis -> axis != channels).toArray();
        Lanes lanes = new Lanes(x.shape(), axes);
        double[] values = Numbers.doubles(x);
        double[] means = new double[lanes.starts.length];
        for (int i = 0; i < means.length; i++) {
            for (int offset : lanes.offsets) {
                means[i] += values[lanes.starts[i] + offset] / lanes.offsets.length;
            }
        }
        return Numbers.of(DataType.DOUBLE, means, lanes.reduced(true));
    }
}
