package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Quantization;
import ai.tenon.cpu.internal.lower.Quantizers;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import java.util.List;
import java.util.Map;

/** Pooling and resizing of pictures. */
final class WindowRules {
    private static final int MAX = 0;
    private static final int AVERAGE = 1;

    private WindowRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("MaxPool", (node, lowering) -> pool(node, MAX, lowering));
        rules.put("AveragePool", (node, lowering) -> pool(node, AVERAGE, lowering));
        rules.put("GlobalMaxPool", (node, lowering) -> pool(node, MAX, lowering));
        rules.put("GlobalAveragePool", (node, lowering) -> pool(node, AVERAGE, lowering));
        rules.put("Resize", WindowRules::resize);
    }

    private static void pool(Node node, int kind, Lowering lowering) {
        Value x = node.input(0);
        if (lowering.type(x) != DataType.FLOAT) {
            throw new Unsupported(node.opType() + " of " + lowering.type(x));
        }
        if (!Match.usesFirstOutputOnly(node)) {
            throw new Unsupported(node.opType() + " whose indices are read");
        }
        long[] in = lowering.shape(x);
        long[] out = lowering.shape(node.output(0));
        boolean global = node.opType().startsWith("Global");
        long[] kernel =
                global
                        ? java.util.Arrays.copyOfRange(in, 2, in.length)
                        : node.intsAttribute("kernel_shape", new long[0]);
        if (kernel.length != in.length - 2) {
            throw new Unsupported(node.opType() + " with a kernel of other dimensions");
        }
        Window window = Window.of(node, in, kernel, false, out);
        if (node.intAttribute("count_include_pad", 0) != 0
                && node.intAttribute("ceil_mode", 0) != 0) {
            throw new Unsupported(node.opType() + " that counts padding, with ceil_mode");
        }
        Node quantize = Match.soleReader(node.output(0), "QuantizeLinear");
        Quantization by = lowering.of(x).quantization();
        Quantization to = quantize == null || by == null ? null : Quantizers.of(quantize, lowering);
        boolean codes = by != null && (kind == MAX || to != null);
        Operand from = codes ? lowering.lastAsIs(x) : lowering.last(x);
        DataType type = codes ? DataType.UINT8 : DataType.FLOAT;
        Place y = lowering.room(type, out);
        long[] picture = Window.picture(in);
        long[] result = Window.picture(out);
        boolean average = codes && kind == AVERAGE;
        lowering.emit(
                lowering.instruction(Opcode.POOL)
                        .read(from.place())
                        .write(y)
                        .numbers(in[0], picture[0], picture[1], in[1], result[0], result[1])
                        .numbers(window.size())
                        .numbers(window.strides())
                        .numbers(window.dilations())
                        .numbers(window.pads())
                        .numbers(from.ld(), out[1], kind, Types.number(type))
                        .number(node.intAttribute("count_include_pad", 0))
                        .number(average ? by.zeroPoint() : 0)
                        .real(average ? by.scale() / to.scale() : 1)
                        .number(average ? to.zeroPoint() : 0)
                        .doing(
                                (kind == MAX ? "max pool " : "average pool ") + window.words(),
                                Tensor.elements(out) * window.size()[0] * window.size()[1]));
        Operand pooled = Operand.last(y, type, out);
        if (average) {
            lowering.take(quantize);
            lowering.set(quantize.output(0), pooled.quantized(to));
        } else {
            lowering.set(node.output(0), pooled.quantized(codes ? by : null));
        }
    }

    private static void resize(Node node, Lowering lowering) {
        Value x = node.input(0);
        long[] in = lowering.shape(x);
        long[] out = lowering.shape(node.output(0));
        if (lowering.type(x) != DataType.FLOAT
                || in.length < 3
                || in.length > 4
                || in[0] != out[0]
                || in[1] != out[1]) {
            throw new Unsupported("Resize of other than height and width of FLOAT pictures");
        }
        String mode = node.stringAttribute("mode", "nearest");
        String coordinates = node.stringAttribute("coordinate_transformation_mode", "half_pixel");
        int method = List.of("nearest", "linear", "cubic").indexOf(mode);
        int place =
                List.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
                        .indexOf(coordinates);
        if (method < 0
                || place < 0
                || node.intAttribute("antialias", 0) != 0
                || node.intAttribute("exclude_outside", 0) != 0
                || !node.stringAttribute("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
            throw new Unsupported(
                    "Resize with mode " + mode + ", " + coordinates + " or antialias");
        }
        int rounding =
                List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
                        .indexOf(node.stringAttribute("nearest_mode", "round_prefer_floor"));
        boolean codes = method == 0 && lowering.of(x).quantization() != null;
        Operand from = codes ? lowering.lastAsIs(x) : lowering.last(x);
        long[] picture = Window.picture(in);
        long[] result = Window.picture(out);
        float[] scales = scales(node, in, out, lowering);
        DataType type = codes ? DataType.UINT8 : DataType.FLOAT;
        Place y = lowering.room(type, out);
        lowering.emit(
                lowering.instruction(Opcode.RESIZE)
                        .read(from.place())
                        .write(y)
                        .numbers(in[0], picture[0], picture[1], in[1], result[0], result[1])
                        .numbers(from.ld(), out[1], Types.number(type), method, place, rounding)
                        .real(in.length == 4 ? scales[2] : 1)
                        .real(scales[in.length - 1])
                        .real(node.floatAttribute("cubic_coeff_a", -0.75f))
                        .doing("resize " + mode, 0));
        lowering.set(
                node.output(0),
                Operand.last(y, type, out).quantized(codes ? lowering.of(x).quantization() : null));
    }

    /** Output over input, as given, or as sizes say. */
    private static float[] scales(Node node, long[] in, long[] out, Lowering lowering) {
        Tensor given = lowering.constant(node.input(2));
        long[] axes = node.intsAttribute("axes", null);
        float[] scales = new float[in.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) ((double) out[i] / in[i]);
        }
        if (given != null && given.size() > 0) {
            float[] numbers = Numbers.floats(given);
            for (int i = 0; i < numbers.length; i++) {
                scales[axes == null ? i : (int) Math.floorMod(axes[i], (long) in.length)] =
                        numbers[i];
            }
        } else if (node.input(2) != null && given == null) {
            throw new Unsupported("Resize with scales that are computed");
        }
        return scales;
    }
}
