package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Epilogue;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Packing;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;

/**
 * A transposed convolution whose taps do not overlap: every input pixel gives a block of output
 * pixels of its own, so that it is one product of all pixels with all taps, whose results are put
 * in their places afterwards.
 */
final class PixelShuffle {
    private PixelShuffle() {}

    /**
     * Lowers such a node in FLOAT.
     *
     * @param weights FLOAT [ci, co, kh, kw]
     * @return false if it is no such node
     */
    static boolean lower(Node node, Window window, Tensor weights, String name, Lowering lowering) {
        long[] in = lowering.shape(node.input(0));
        long[] out = lowering.shape(node.output(0));
        long kh = window.size()[0];
        long kw = window.size()[1];
        boolean apart =
                weights.type() == DataType.FLOAT
                        && in.length == 4
                        && kh == window.strides()[0]
                        && kw == window.strides()[1]
                        && window.dilations()[0] == 1
                        && window.dilations()[1] == 1
                        && out[2] == in[2] * kh
                        && out[3] == in[3] * kw
                        && window.pads()[0] == 0
                        && window.pads()[1] == 0;
        if (!apart) {
            return false;
        }
        Tensor constant = node.input(2) == null ? null : lowering.constant(node.input(2));
        if (node.input(2) != null && (constant == null || constant.size() != out[1])) {
            return false;
        }
        float[] given = constant == null ? null : Numbers.floats(constant);
        Tail tail = Tail.withoutResidual(node.output(0), given, lowering);
        float[] bias = repeated(tail.bias(), (int) (kh * kw));
        tail.dropBias();
        Epilogue epilogue = tail.take();
        epilogue.bias = bias == null ? null : lowering.stored(bias);
        Operand x = lowering.last(node.input(0));
        long n = kh * kw * out[1];
        Place product = lowering.room(tail.type(), x.rows(), n);
        WeightMatrix matrix = new WeightMatrix(name + " by taps", byTaps(weights), in[1], n, false);
        lowering.emit(
                epilogue.into(
                        lowering.instruction(Opcode.GEMM_F32)
                                .read(x.place())
                                .read(matrix.pack(Packing.GEMM_F32, lowering))
                                .write(product)
                                .numbers(x.rows(), n, in[1], x.ld(), n)
                                .doing(
                                        "transposed conv "
                                                + window.words()
                                                + " "
                                                + in[1]
                                                + " to "
                                                + out[1],
                                        2 * x.rows() * n * in[1])));
        Place y = lowering.room(tail.type(), out);
        long row = in[3] * n;
        Conversions.copy(
                product,
                new long[] {in[2] * row, row, kw * out[1], n, 1},
                y,
                new long[] {
                    out[2] * out[3] * out[1], kh * out[3] * out[1], out[3] * out[1], kw * out[1], 1
                },
                new long[] {in[0], in[2], kh, in[3], kw * out[1]},
                tail.type(),
                lowering);
        tail.set(Operand.last(y, tail.type(), out));
        return true;
    }

    private static float[] repeated(float[] bias, int times) {
        if (bias == null) {
            return null;
        }
        float[] all = new float[bias.length * times];
        for (int i = 0; i < all.length; i++) {
            all[i] = bias[i % bias.length];
        }
        return all;
    }

    /** [ci, co, taps] as [ci, taps, co]. */
    private static Tensor byTaps(Tensor weights) {
        float[] from = Numbers.floats(weights);
        int ci = (int) weights.dim(0);
        int co = (int) weights.dim(1);
        int taps = (int) (weights.dim(2) * weights.dim(3));
        float[] to = new float[from.length];
        for (int c = 0; c < ci; c++) {
            for (int o = 0; o < co; o++) {
                for (int t = 0; t < taps; t++) {
                    to[(c * taps + t) * co + o] = from[(c * co + o) * taps + t];
                }
            }
        }
        return Tensor.ofFloats(to, ci, (long) taps * co);
    }
}
