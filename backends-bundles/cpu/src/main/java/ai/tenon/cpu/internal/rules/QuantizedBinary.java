package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Quantizers;
import ai.tenon.cpu.internal.lower.Tail;
import ai.tenon.cpu.internal.plan.Fn2;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import java.util.Set;

/** Two quantized operands whose result is quantized too: no real numbers in memory. */
final class QuantizedBinary {
    private static final Set<Fn2> KNOWN =
            Set.of(Fn2.ADD, Fn2.SUB, Fn2.MUL, Fn2.DIV, Fn2.MAX, Fn2.MIN);

    private QuantizedBinary() {}

    /** Lowers the node and the QuantizeLinear behind it; false if it is no such node. */
    static boolean lower(Node node, Fn2 fn, Lowering lowering) {
        if (!KNOWN.contains(fn) || node.inputs().size() != 2) {
            return false;
        }
        Node quantize = Match.soleReader(node.output(0), "QuantizeLinear");
        if (quantize == null || Quantizers.of(quantize, lowering) == null) {
            return false;
        }
        Operand a = codes(node.input(0), lowering);
        Operand b = codes(node.input(1), lowering);
        if (a == null || b == null) {
            return false;
        }
        boolean swap = a.size() < b.size();
        if (swap && (fn == Fn2.SUB || fn == Fn2.DIV)) {
            return false;
        }
        if (a.size() == 0 || b.size() == 0) {
            return false;
        }
        Tail tail = Tail.follow(node.output(0), null, false, lowering);
        return lower(swap ? b : a, swap ? a : b, fn, tail, lowering);
    }

    private static Operand codes(Value value, Lowering lowering) {
        if (lowering.constant(value) != null || !lowering.isThere(value)) {
            return null;
        }
        Operand operand = lowering.of(value);
        return operand.quantization() == null ? null : operand;
    }

    private static boolean lower(Operand a, Operand b, Fn2 fn, Tail tail, Lowering lowering) {
        long repeat;
        if (b.hasShape(a.shape())) {
            if (a.channelsLast() != b.channelsLast()) {
                return false;
            }
            repeat = 1;
        } else if (a.channelsLast() && isVectorPerPicture(a, b)) {
            repeat = a.rows() / a.shape()[0];
        } else {
            return false;
        }
        var epilogue = tail.take();
        Place y = lowering.room(DataType.UINT8, a.shape());
        lowering.emit(
                lowering.instruction(Opcode.QBINARY)
                        .read(a.place())
                        .read(b.place())
                        .write(y)
                        .read(epilogue.lut)
                        .numbers(fn.number(), a.rows(), a.cols(), repeat)
                        .numbers(a.ld(), repeat == 1 ? b.ld() : b.shape()[1], a.cols())
                        .real(a.quantization().scale())
                        .number(a.quantization().zeroPoint())
                        .real(b.quantization().scale())
                        .number(b.quantization().zeroPoint())
                        .real(1 / epilogue.outScale)
                        .number(epilogue.outZp)
                        .doing(fn.name().toLowerCase(java.util.Locale.ROOT) + " int8", a.size()));
        tail.set(new Operand(y, DataType.UINT8, a.shape(), a.channelsLast(), a.cols(), null));
        return true;
    }

    private static boolean isVectorPerPicture(Operand a, Operand b) {
        if (b.rank() != a.rank() || !b.isSameInBothLayouts()) {
            return false;
        }
        for (int axis = 2; axis < b.rank(); axis++) {
            if (b.shape()[axis] != 1) {
                return false;
            }
        }
        return b.shape()[0] == a.shape()[0] && b.shape()[1] == a.shape()[1];
    }
}
