package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Quantizers;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Tail;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.lower.WeightMatrix;
import ai.tenon.cpu.internal.plan.Epilogue;
import ai.tenon.cpu.internal.plan.Fn;
import ai.tenon.cpu.internal.plan.Instruction;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Packing;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.cpu.internal.plan.Unpacked;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Convolutions, in FLOAT and in 8 bits. */
final class ConvolutionRules {
    /** Pictures of no more channels are read as they come, channels first. */
    private static final int FEW_CHANNELS = 4;

    private ConvolutionRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("Conv", (node, lowering) -> convolve(node, false, lowering));
        rules.put("ConvTranspose", (node, lowering) -> convolve(node, true, lowering));
        rules.put("com.microsoft.FusedConv", (node, lowering) -> convolve(node, false, lowering));
    }

    /**
     * What is convolved with what.
     *
     * @param codes 8-bit weights with their scales, one per output channel; null for FLOAT
     * @param zeros zero points of the codes; null if all are 0
     */
    private record Weights(String name, Tensor values, float[] codes, int[] zeros) {}

    private static void convolve(Node node, boolean transposed, Lowering lowering) {
        Value x = node.input(0);
        if (lowering.type(x) != DataType.FLOAT) {
            throw new Unsupported(node.opType() + " of " + lowering.type(x));
        }
        long[] kernel = lowering.shape(node.input(1));
        long[] in = lowering.shape(x);
        long[] out = lowering.shape(node.output(0));
        Window window =
                Window.of(node, in, Arrays.copyOfRange(kernel, 2, kernel.length), transposed, out);
        boolean quantized = lowering.of(x).quantization() != null;
        Weights weights = weights(node, transposed, quantized, out[1], lowering);
        long groups = node.intAttribute("group", 1);
        boolean depthwise = !transposed && groups > 1 && groups == in[1] && groups == out[1];
        Tail tail = tail(node, out, lowering);
        boolean codes = weights.codes() != null;
        boolean half = lowering.options().bf16() && !codes && !transposed && !depthwise;
        Form form = new Form(codes, transposed, depthwise, half);
        Operand from = input(x, form, groups, lowering);
        Epilogue epilogue = tail.take();
        if (form.codes()) {
            float[] scale = weights.codes().clone();
            for (int i = 0; i < scale.length; i++) {
                scale[i] *= (float) from.quantization().scale();
            }
            epilogue.scale = lowering.stored(scale);
        }
        Place packed = pack(weights, form, window, in[1], out[1], groups, lowering);
        Place y = lowering.room(tail.type(), out);
        long[] picture = Window.picture(in);
        long[] result = Window.picture(out);
        boolean channelsFirst = !from.channelsLast();
        long operations =
                2
                        * in[1]
                        / groups
                        * window.size()[0]
                        * window.size()[1]
                        * (transposed
                                ? in[0] * picture[0] * picture[1] * out[1]
                                : Tensor.elements(out));
        Instruction instruction =
                lowering.instruction(form.opcode())
                        .read(from.place())
                        .read(packed)
                        .write(y)
                        .numbers(in[0], picture[0], picture[1], in[1])
                        .numbers(result[0], result[1], out[1])
                        .numbers(window.size())
                        .numbers(window.strides())
                        .numbers(window.dilations())
                        .numbers(window.pads())
                        .numbers(groups, channelsFirst ? in[1] : from.ld(), out[1])
                        .flag(channelsFirst)
                        .numbers(form.codes() ? from.quantization().zeroPoint() : 0, 0)
                        .doing(form.words(window, in[1], out[1]), operations);
        lowering.emit(epilogue.into(instruction));
        tail.set(Operand.last(y, tail.type(), out));
    }

    /** Which of the native operators. */
    private record Form(boolean codes, boolean transposed, boolean depthwise, boolean half) {
        Opcode opcode() {
            if (transposed) {
                return codes ? Opcode.CONVT_Q8 : Opcode.CONVT_F32;
            }
            if (depthwise) {
                return codes ? Opcode.DWCONV_Q8 : Opcode.DWCONV_F32;
            }
            return codes ? Opcode.CONV_Q8 : half ? Opcode.CONV_BF16 : Opcode.CONV_F32;
        }

        Packing packing() {
            if (transposed) {
                return codes ? Packing.CONVT_Q8 : Packing.CONVT_F32;
            }
            if (depthwise) {
                return codes ? Packing.DWCONV_Q8 : Packing.DWCONV_F32;
            }
            return codes ? Packing.CONV_Q8 : half ? Packing.CONV_BF16 : Packing.CONV_F32;
        }

        String words(Window window, long in, long out) {
            return (transposed ? "transposed conv " : depthwise ? "depthwise conv " : "conv ")
                    + window.words()
                    + " "
                    + in
                    + (depthwise ? "" : " to " + out)
                    + (codes ? " int8" : half ? " bf16" : "");
        }
    }

    private static Weights weights(
            Node node, boolean transposed, boolean quantized, long channels, Lowering lowering) {
        Node dequantize = quantized ? Quantizers.weights(node.input(1), lowering) : null;
        if (dequantize != null) {
            Tensor codes = lowering.constant(dequantize.input(0));
            float[] scales =
                    WeightMatrix.perColumn(lowering.constant(dequantize.input(1)), channels);
            boolean perChannel =
                    lowering.constant(dequantize.input(1)).size() == 1
                            || dequantize.intAttribute("axis", 1) == (transposed ? 1 : 0);
            boolean oneGroup = !transposed || node.intAttribute("group", 1) == 1;
            if (codes.type().bits() == Byte.SIZE
                    && scales != null
                    && perChannel
                    && oneGroup
                    && dequantize.intAttribute("block_size", 0) == 0) {
                int[] zeros =
                        WeightMatrix.zeroPoints(lowering.constant(dequantize.input(2)), channels);
                String name = lowering.key(dequantize.input(0), codes);
                return new Weights(name, codes, scales, zeros);
            }
        }
        Tensor floats = lowering.constant(node.input(1));
        if (floats == null || floats.type() != DataType.FLOAT) {
            throw new Unsupported(node.opType() + " with weights that are computed");
        }
        return new Weights(lowering.key(node.input(1), floats), floats, null, null);
    }

    private static Tail tail(Node node, long[] out, Lowering lowering) {
        float[] bias = null;
        if (node.input(2) != null) {
            Tensor constant = lowering.constant(node.input(2));
            if (constant == null || constant.size() != out[1]) {
                throw new Unsupported(node.opType() + " with a bias that is computed");
            }
            bias = Numbers.floats(constant);
        }
        if (node.domain().isEmpty()) {
            return Tail.follow(node.output(0), bias, true, lowering);
        }
        Value residual = node.input(3);
        Fn fn;
        boolean bounded =
                node.stringAttribute("activation", "").matches("Clip|LeakyRelu|HardSigmoid");
        if (bounded && node.attribute("activation_params").isEmpty()) {
            throw new Unsupported("FusedConv whose activation has no parameters");
        }
        float[] parameters =
                node.attribute("activation_params")
                        .map(each -> each.asFloats())
                        .orElse(new float[2]);
        fn =
                switch (node.stringAttribute("activation", "")) {
                    case "Relu" -> Fn.RELU;
                    case "Sigmoid" -> Fn.SIGMOID;
                    case "Tanh" -> Fn.TANH;
                    case "LeakyRelu" -> Fn.LEAKY_RELU;
                    case "Clip" -> Fn.CLIP;
                    case "HardSigmoid" -> Fn.HARD_SIGMOID;
                    case "" -> Fn.ID;
                    default ->
                            throw new Unsupported(
                                    "FusedConv with activation "
                                            + node.stringAttribute("activation", ""));
                };
        return Tail.behind(
                node.output(0),
                bias,
                residual,
                fn,
                parameters.length > 0 ? parameters[0] : 0,
                parameters.length > 1 ? parameters[1] : 0,
                lowering);
    }

    private static Operand input(Value x, Form form, long groups, Lowering lowering) {
        Operand from = lowering.of(x);
        if (form.codes()) {
            return lowering.lastAsIs(x);
        }
        boolean asItComes =
                !form.transposed()
                        && !form.depthwise()
                        && groups == 1
                        && !from.channelsLast()
                        && from.quantization() == null
                        && from.shape()[1] <= FEW_CHANNELS
                        && !from.isSameInBothLayouts();
        return asItComes ? from : lowering.last(x);
    }

    private static Place pack(
            Weights weights,
            Form form,
            Window window,
            long in,
            long out,
            long groups,
            Lowering lowering) {
        String key =
                form.packing()
                        + " "
                        + weights.name()
                        + " "
                        + Arrays.toString(window.strides())
                        + Arrays.toString(window.dilations())
                        + " "
                        + groups
                        + (weights.zeros() == null ? "" : Arrays.toString(weights.zeros()));
        return lowering.weights()
                .pack(key, form.packing(), () -> unpacked(weights, window, in, out, groups));
    }

    private static Unpacked unpacked(
            Weights weights, Window window, long in, long out, long groups) {
        Unpacked unpacked = new Unpacked();
        ByteBuffer zeros = weights.zeros() == null ? null : WeightMatrix.direct(weights.zeros());
        return unpacked.with(
                unpacked.address(WeightMatrix.direct(weights.values().buffer())),
                Types.number(weights.values().type()),
                out,
                in,
                window.size()[0],
                window.size()[1],
                groups,
                unpacked.address(zeros),
                0,
                window.strides()[0],
                window.strides()[1],
                window.dilations()[0],
                window.dilations()[1]);
    }
}
