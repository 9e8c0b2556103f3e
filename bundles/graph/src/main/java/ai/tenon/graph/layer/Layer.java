package ai.tenon.graph.layer;

import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;

/**
 * An operator of the standard domain with constant FLOAT weights.
 *
 * @param node Conv, ConvTranspose, MatMul, Gemm or, for embedding tables, Gather
 * @param weight the initializer that holds the weights; other nodes may read it too
 * @param weightInput which input of the node it is: 1, for Gather 0
 * @param channelAxis dimension of the weights that has one element per output channel; of an
 *     embedding table, 0: one row per entry
 * @param length K, the number of products summed for one element of the output; of an embedding
 *     table, the length of a row
 */
public record Layer(Node node, Value weight, int weightInput, int channelAxis, long length) {
    /** Identifies the layer within its model: the name of its first output. */
    public String id() {
        return node.output(0).name();
    }

    /** The weights. */
    public Tensor weights() {
        return (Tensor) weight.constant();
    }

    /** Number of output channels; of groups of them together in a ConvTranspose. */
    public int channels() {
        return (int) weights().dim(channelAxis);
    }

    /**
     * What kind of layer this is, for accuracy: the operator's name, {@code Conv.depthwise} where
     * every channel is convolved by itself.
     */
    public String layerClass() {
        return isDepthwise() ? "Conv.depthwise" : node.opType();
    }

    private boolean isDepthwise() {
        return node.opType().equals("Conv")
                && node.intAttribute("group", 1) > 1
                && weights().dim(1) == 1;
    }
}
