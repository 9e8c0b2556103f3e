package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import java.util.Objects;
import java.util.Optional;

/**
 * A Conv, ConvTranspose, Gemm or MatMul with constant weights and bias, as numbers that can be
 * changed. A MatMul's bias is that of the Add behind it.
 */
final class Linear {
    private final Layer layer;
    private final Node biasNode;
    private final double[] bias;
    private boolean biased;
    private double[] weights;

    private Linear(Layer layer, Node biasNode, double[] bias, boolean biased) {
        this.layer = layer;
        this.biasNode = biasNode;
        this.bias = bias;
        this.biased = biased;
    }

    /** Empty if the node is no such layer, or its weights or bias can change from run to run. */
    static Optional<Linear> of(Node node) {
        Layer layer = node == null ? null : Layers.of(node).orElse(null);
        if (layer == null
                || node.opType().equals("Gather")
                || Channels.floats(layer.weight()) == null) {
            return Optional.empty();
        }
        int channels = layer.channels() * groupsOfOutputs(layer);
        if (node.opType().equals("MatMul")) {
            return Optional.of(ofMatMul(layer, channels));
        }
        Value given = node.input(2);
        if (given == null) {
            return Optional.of(new Linear(layer, null, new double[channels], false));
        }
        double[] bias = Channels.of(given, 2, 1, channels);
        if (bias == null) {
            return Optional.empty();
        }
        float beta = node.floatAttribute("beta", 1);
        for (int i = 0; i < channels; i++) {
            bias[i] *= beta;
        }
        return Optional.of(new Linear(layer, null, bias, true));
    }

    private static Linear ofMatMul(Layer layer, int channels) {
        Value product = layer.node().output(0);
        Node next = Match.soleReader(product, "Add");
        double[] bias =
                next == null ? null : Channels.of(Match.other(next, product), 1, 0, channels);
        return bias == null
                ? new Linear(layer, null, new double[channels], false)
                : new Linear(layer, next, bias, true);
    }

    /** The layer that computes a value, its bias included. */
    static Optional<Linear> producing(Value value) {
        Node sum = Match.producer(value, "Add");
        Optional<Linear> found =
                sum == null
                        ? of(value.producer())
                        : sum.inputs().stream()
                                .map(input -> Match.producer(input, "MatMul"))
                                .filter(Objects::nonNull)
                                .flatMap(node -> of(node).stream())
                                .findFirst();
        return found.filter(linear -> linear.last() == value.producer());
    }

    private static int groupsOfOutputs(Layer layer) {
        return layer.node().opType().equals("ConvTranspose")
                ? (int) layer.node().intAttribute("group", 1)
                : 1;
    }

    Node node() {
        return layer.node();
    }

    /** The node that computes the layer's output: itself, or the Add of a MatMul's bias. */
    Node last() {
        return biasNode == null ? layer.node() : biasNode;
    }

    /** The weights' shape. */
    long[] shape() {
        return layer.weights().shape();
    }

    /** The weights, in the tensor's own order; to be changed by who computes with them. */
    double[] weights() {
        // most layers are only looked at
        if (weights == null) {
            weights = Numbers.doubles(layer.weights());
        }
        return weights;
    }

    /** One number per output channel, 0 where the layer has no bias. */
    double[] bias() {
        return bias;
    }

    /** False if it has no bias and needs none. */
    boolean isBiased() {
        return biased;
    }

    /** Number of channels that the layer writes. */
    int channels() {
        return bias.length;
    }

    boolean isConvolution() {
        return layer.node().opType().startsWith("Conv");
    }

    /** Multiplies every output channel and then adds to it. */
    Linear scaleOutputs(double[] scale, double[] shift) {
        int inner = 1;
        for (int i = layer.channelAxis() + 1; i < shape().length; i++) {
            inner *= (int) shape()[i];
        }
        int length = layer.channels();
        double[] all = weights();
        int perGroup = all.length / groupsOfOutputs(layer);
        for (int i = 0; i < all.length; i++) {
            all[i] *= scale[i / perGroup * length + i / inner % length];
        }
        for (int c = 0; c < bias.length; c++) {
            bias[c] = bias[c] * scale[c] + shift[c];
            biased |= shift[c] != 0;
        }
        return this;
    }

    /** Number of channels that the layer reads. */
    int inputChannels() {
        return (int) (isConvolution() ? shape()[1] * group() : layer.length());
    }

    /**
     * Lets the layer scale and shift every channel of its input itself, as if nothing were padded.
     */
    Linear scaleInputs(double[] scale, double[] shift) {
        int channels = channels();
        int outputsPerGroup = isConvolution() ? channels / group() : channels;
        int inner = 1;
        for (int i = 2; i < shape().length; i++) {
            inner *= (int) shape()[i];
        }
        int columns = (int) shape()[1];
        double alpha = node().floatAttribute("alpha", 1);
        double[] all = weights();
        for (int i = 0; i < all.length; i++) {
            int row = i / inner / columns;
            int column = i / inner % columns;
            int out = isConvolution() || layer.channelAxis() == 0 ? row : column;
            int in =
                    isConvolution()
                            ? row / outputsPerGroup * columns + column
                            : out == row ? column : row;
            bias[out] += alpha * all[i] * shift[in];
            biased |= shift[in] != 0;
            all[i] *= scale[in];
        }
        return this;
    }

    int group() {
        return (int) node().intAttribute("group", 1);
    }

    /** The weights of a MatMul or Gemm, from input channels to output channels. */
    double[][] matrix() {
        double alpha = node().floatAttribute("alpha", 1);
        int columns = (int) shape()[1];
        boolean transposed = layer.channelAxis() == 0;
        double[][] matrix = new double[inputChannels()][channels()];
        double[] all = weights();
        for (int i = 0; i < all.length; i++) {
            int row = i / columns;
            int column = i % columns;
            matrix[transposed ? column : row][transposed ? row : column] = alpha * all[i];
        }
        return matrix;
    }

    /**
     * Puts the layer with its new numbers in the place of {@code end}, whose output it now
     * produces.
     *
     * @param input what it reads from now on
     */
    void replace(Node end, Value input) {
        new Replacement(end, input, node().name())
                .put(
                        node().opType(),
                        Numbers.of(DataType.FLOAT, weights(), shape()),
                        biased ? bias : null,
                        node().attributes());
    }
}
