package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
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
        Graph graph = node.graph();
        Value same = graph.freshValue(output.name() + "_exact", output.type());
        graph.replaceUses(output, same);
        graph.add("", "LeakyRelu", same.name(), List.of(output), List.of(same))
                .set(Attribute.ofFloat("alpha", 1));
    }
}
