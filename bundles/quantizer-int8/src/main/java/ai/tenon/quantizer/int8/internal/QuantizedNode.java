package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;

/**
 * A layer after it was quantized.
 *
 * @param id of the layer, as it was
 * @param node the operator, which reads dequantized values now
 * @param bias the initializer with the codes of its bias; null if there is none
 * @param biasScales what a code of the bias stands for, per channel
 */
record QuantizedNode(String id, Node node, Value bias, float[] biasScales) {

    /** The output, before it is quantized. */
    Value output() {
        return node.output(0);
    }
}
