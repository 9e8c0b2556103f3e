package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.lower.WeightMatrix;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Packing;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Unpacked;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import java.util.List;
import java.util.Map;

/** LSTM and GRU. */
final class RecurrentRules {
    private static final List<String> DIRECTIONS = List.of("forward", "reverse", "bidirectional");
    private static final List<String> LSTM = List.of("Sigmoid", "Tanh", "Tanh");
    private static final List<String> GRU = List.of("Sigmoid", "Tanh");

    private RecurrentRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("LSTM", (node, lowering) -> recur(node, 4, lowering));
        rules.put("GRU", (node, lowering) -> recur(node, 3, lowering));
    }

    private static void recur(Node node, int gates, Lowering lowering) {
        boolean lstm = gates == 4;
        check(node, lstm, lowering);
        Operand x = lowering.plain(node.input(0));
        Tensor w = lowering.constant(node.input(1));
        Tensor r = lowering.constant(node.input(2));
        if (x.type() != DataType.FLOAT || w == null || r == null) {
            throw new Unsupported(node.opType() + " of " + x.type() + ", or with computed weights");
        }
        long dirs = w.dim(0);
        long hidden = w.dim(1) / gates;
        long steps = x.shape()[0];
        long batch = x.shape()[1];
        Place[] out = new Place[3];
        long[][] shapes = {
            {steps, dirs, batch, hidden}, {dirs, batch, hidden}, {dirs, batch, hidden}
        };
        for (int i = 0; i < (lstm ? 3 : 2); i++) {
            Value output = node.output(i);
            out[i] =
                    output == null || !output.isUsed()
                            ? null
                            : lowering.room(DataType.FLOAT, shapes[i]);
        }
        lowering.emit(
                lowering.instruction(lstm ? Opcode.LSTM : Opcode.GRU)
                        .read(x.place())
                        .read(pack(node.input(1), w, gates, lowering))
                        .read(pack(node.input(2), r, gates, lowering))
                        .read(optional(node.input(3), lowering))
                        .read(optional(node.input(5), lowering))
                        .read(lstm ? optional(node.input(6), lowering) : null)
                        .write(out[0])
                        .write(out[1])
                        .write(out[2])
                        .numbers(steps, batch, x.shape()[2], hidden)
                        .number(DIRECTIONS.indexOf(node.stringAttribute("direction", "forward")))
                        .number(node.intAttribute("linear_before_reset", 0))
                        .doing(
                                node.opType() + " " + hidden,
                                2
                                        * steps
                                        * batch
                                        * dirs
                                        * gates
                                        * hidden
                                        * (x.shape()[2] + hidden)));
        for (int i = 0; i < out.length; i++) {
            if (out[i] != null) {
                lowering.set(node.output(i), Operand.dense(out[i], DataType.FLOAT, shapes[i]));
            }
        }
    }

    private static void check(Node node, boolean lstm, Lowering lowering) {
        if (node.intAttribute("layout", 0) != 0
                || node.input(4) != null
                || node.attribute("clip").isPresent()
                || lstm && (node.input(7) != null || node.intAttribute("input_forget", 0) != 0)) {
            throw new Unsupported(
                    node.opType() + " with layout 1, sequence lengths, clip or peepholes");
        }
        List<String> wanted = lstm ? LSTM : GRU;
        List<String> given =
                node.attribute("activations").map(each -> each.asStrings()).orElse(wanted);
        for (int i = 0; i < given.size(); i++) {
            if (!given.get(i).equals(wanted.get(i % wanted.size()))) {
                throw new Unsupported(node.opType() + " with activations " + given);
            }
        }
    }

    private static Place optional(Value value, Lowering lowering) {
        return value == null ? null : lowering.plain(value).place();
    }

    private static Place pack(Value name, Tensor weights, int gates, Lowering lowering) {
        return lowering.weights()
                .pack(
                        Packing.RNN + " " + lowering.key(name, weights),
                        Packing.RNN,
                        () -> unpacked(weights, gates));
    }

    private static Unpacked unpacked(Tensor weights, int gates) {
        Unpacked unpacked = new Unpacked();
        return unpacked.with(
                unpacked.address(WeightMatrix.direct(weights.buffer())),
                weights.dim(0),
                gates,
                weights.dim(1) / gates,
                weights.dim(2));
    }
}
