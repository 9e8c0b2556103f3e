package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;

/** Why a layer cannot be quantized, whatever the scheme. */
final class Obstacles {
    static final String NOT_FINITE = "its weights contain NaN or infinite values";

    private Obstacles() {}

    /** The reason in words; empty if there is none. */
    static String of(Layer layer) {
        Node node = layer.node();
        if (layer.weight().graph().inputs().contains(layer.weight())) {
            return "callers may replace its weights, which are an input of the model too";
        }
        if (node.opType().equals("Gather")) {
            return "";
        }
        Value input = node.input(0);
        if (input == null || input.isConstant()) {
            return "its input is constant";
        }
        if (input.tensorType() != null && input.tensorType().elementType() != DataType.FLOAT) {
            return "its input is " + input.tensorType().elementType() + ", not FLOAT";
        }
        Value bias = node.opType().startsWith("Conv") ? node.input(2) : null;
        if (bias != null && !(bias.constant() instanceof Tensor)) {
            return "its bias is computed";
        }
        return "";
    }

    /** Why a Gemm has no form with a bias per channel; empty if it has. */
    static String ofGemm(Layer layer) {
        Node node = layer.node();
        if (node.intAttribute("transA", 0) != 0) {
            return "its input is transposed (transA)";
        }
        if (node.input(2) == null) {
            return "";
        }
        if (!(node.input(2).constant() instanceof Tensor bias)) {
            return "its bias is computed";
        }
        boolean vector =
                bias.size() == 1
                        || bias.size() == layer.channels()
                                && bias.rank() > 0
                                && bias.dim(bias.rank() - 1) == layer.channels();
        return vector ? "" : "its bias is a matrix";
    }
}
