package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions of one number between DequantizeLinear and QuantizeLinear: exactly a table from codes
 * to codes.
 *
 * @param nodes all of it
 * @param quantization of the result
 * @param end the result
 */
public record TableChain(List<Node> nodes, byte[] table, Quantization quantization, Value end) {

    /**
     * The chain that begins with a node.
     *
     * @param codes that the node has to read, quantized by {@code from}
     * @return null if there is none
     */
    public static TableChain from(Node node, Value codes, Quantization from, Lowering lowering) {
        if (!Match.is(node, "DequantizeLinear") || node.input(0) != codes) {
            return null;
        }
        Quantization read = Quantizers.of(node, lowering);
        return read == null ? null : behind(node, read, lowering);
    }

    /** The chain behind a DequantizeLinear, itself included. */
    private static TableChain behind(Node first, Quantization read, Lowering lowering) {
        List<Node> nodes = new ArrayList<>(List.of(first));
        List<Unary> functions = new ArrayList<>();
        Value value = first.output(0);
        while (!value.isGraphOutput()) {
            Node gated = gate(value, nodes, functions, lowering);
            if (gated != null) {
                value = gated.output(0);
                continue;
            }
            if (value.uses().size() != 1 || lowering.isTaken(value.uses().get(0))) {
                return null;
            }
            Node reader = value.uses().get(0);
            if (Match.is(reader, "QuantizeLinear") && reader.input(0) == value) {
                Quantization to = Quantizers.of(reader, lowering);
                if (to == null) {
                    return null;
                }
                nodes.add(reader);
                return new TableChain(
                        nodes, Quantizers.table(functions, read, to), to, reader.output(0));
            }
            Unary unary = Unary.of(reader, lowering);
            if (unary == null
                    || unary.input() != value
                    || reader.outputs().size() != 1
                    || !unary.isTabular()) {
                return null;
            }
            nodes.add(reader);
            functions.add(unary);
            value = reader.output(0);
        }
        return null;
    }

    private static Node gate(
            Value value, List<Node> nodes, List<Unary> functions, Lowering lowering) {
        if (value.uses().size() != 2) {
            return null;
        }
        for (Node first : value.uses()) {
            Unary gate = first.outputs().size() == 1 ? Unary.of(first, lowering) : null;
            Node product =
                    gate == null || gate.gated() == null
                            ? null
                            : Match.soleReader(first.output(0), "Mul");
            if (product != null && Match.other(product, first.output(0)) == value) {
                nodes.add(first);
                nodes.add(product);
                functions.add(new Unary(gate.gated(), 0, 0, value));
                return product;
            }
        }
        return null;
    }
}
