package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Dimensions;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Quantization;
import ai.tenon.cpu.internal.lower.Quantizers;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import java.util.ArrayList;
import java.util.List;

/** Concat of codes whose result is quantized too: codes with other scales go through a table. */
final class QuantizedConcat {
    private QuantizedConcat() {}

    /** Lowers the node and the QuantizeLinear behind it; false if it is no such node. */
    static boolean lower(Node node, Lowering lowering) {
        Node quantize = Match.soleReader(node.output(0), "QuantizeLinear");
        Quantization to = quantize == null ? null : Quantizers.of(quantize, lowering);
        if (to == null) {
            return false;
        }
        boolean last = false;
        for (Value input : node.inputs()) {
            if (lowering.constant(input) != null || lowering.of(input).quantization() == null) {
                return false;
            }
            last |= lowering.of(input).channelsLast();
        }
        long[] shape = lowering.shape(node.output(0));
        List<Operand> parts = new ArrayList<>();
        for (Value input : node.inputs()) {
            Operand part = lowering.of(input);
            Quantization by = part.quantization();
            parts.add(
                    by.scale() == to.scale() && by.zeroPoint() == to.zeroPoint()
                            ? part
                            : QuantizationRules.table(
                                    part, Quantizers.table(List.of(), by, to), to, lowering));
        }
        int axis = Dimensions.axis(node, 0, shape.length);
        lowering.take(quantize);
        lowering.set(
                quantize.output(0),
                MoveRules.joined(
                                parts,
                                DataType.UINT8,
                                shape,
                                axis,
                                last && shape.length >= 3,
                                lowering)
                        .quantized(to));
        return true;
    }
}
