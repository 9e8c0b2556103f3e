package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import java.util.List;

/**
 * Keeps layers exact that are to be. ONNX Runtime quantizes the weights of a layer itself, with one
 * scale for all channels, where it finds it between DequantizeLinear and QuantizeLinear, and looks
 * through Relu and Clip. A LeakyRelu of slope 1, which changes nothing and becomes part of the
 * convolution, is not what it looks for.
 */
final class Guard {
    private Guard() {}

    /** Puts a guard behind a layer that reads and gives quantized values. */
    static void protect(Node node) {
        Value output = node.output(0);
        if (Match.producer(node.input(0), "DequantizeLinear") == null
                || Match.soleReader(output, "QuantizeLinear", "Relu", "Clip") == null) {
            return;
        }
        Value same = node.graph().freshValue(output.name() + "_exact", output.type());
        node.graph().replaceUses(output, same);
        put(output, same);
    }

    /**
     * Lets a layer whose weights are dequantized by blocks compute with the dequantized numbers:
     * ONNX Runtime would give the scales of the blocks to kernels that have one per channel.
     */
    static void protectBlocks(Node node) {
        if (node.opType().startsWith("Conv")) {
            protect(node);
        } else if (Match.producer(node.input(0), "DequantizeLinear") != null) {
            Value input = node.input(0);
            Value same = node.graph().freshValue(input.name() + "_exact", input.type());
            node.setInput(0, same);
            put(input, same);
        }
    }

    private static void put(Value value, Value same) {
        value.graph()
                .add("", "LeakyRelu", same.name(), List.of(value), List.of(same))
                .set(Attribute.ofFloat("alpha", 1));
    }
}
