package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Conv, ConvTranspose, Gemm or MatMul with constant weights and bias, as numbers that can be
 * changed. A MatMul's bias is that of the Add behind it.
 */
final class Linear {
    private final Layer layer;
    private final Node biasNode;
    private final double[] weights;
    private final double[] bias;
    private boolean biased;

    private Linear(Layer layer, Node biasNode, double[] bias, boolean biased) {
        this.layer = layer;
        this.biasNode = biasNode;
        this.weights = Numbers.doubles(layer.weights());
        this.bias = bias;
        this.biased = biased;
    }

    /** Empty if the node is no such layer, or its weights or bias can change from run to run. */
    static Optional<Linear> of(Node node) {
        Layer layer = node == null ? null : Layers.of(node).orElse(null);
        if (layer == null
                || node.opType().equals("Gather")
                || Constants.floats(layer.weight()) == null) {
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
        double[] bias = Constants.perChannel(Constants.floats(given), 2, 1, channels);
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
        Node next = Edit.isPrivate(product) ? product.uses().get(0) : null;
        if (next != null && next.domain().isEmpty() && next.opType().equals("Add")) {
            Tensor tensor = Constants.floats(next.input(next.input(0) == product ? 1 : 0));
            double[] bias = Constants.perChannel(tensor, 1, 0, channels);
            if (bias != null) {
                return new Linear(layer, next, bias, true);
            }
        }
        return new Linear(layer, null, new double[channels], false);
    }

    /** The layer that computes a value, its bias included. */
    static Optional<Linear> producing(Value value) {
        Node producer = value.producer();
        boolean sum =
                producer != null && producer.domain().isEmpty() && producer.opType().equals("Add");
        Optional<Linear> found =
                !sum
                        ? of(producer)
                        : producer.inputs().stream()
                                .filter(input -> input != null && input.producer() != null)
                                .map(Value::producer)
                                .filter(node -> node.opType().equals("MatMul"))
                                .flatMap(node -> of(node).stream())
                                .findFirst();
        return found.filter(linear -> linear.last() == producer);
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
        return weights;
    }

    /** One number per output channel, 0 where the layer has no bias. */
    double[] bias() {
        return bias;
    }

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
        int perGroup = weights.length / groupsOfOutputs(layer);
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= scale[i / perGroup * length + i / inner % length];
        }
        for (int c = 0; c < bias.length; c++) {
            bias[c] = bias[c] * scale[c] + shift[c];
            biased |= shift[c] != 0;
        }
        return this;
    }

    /** Puts the layer with its new numbers in the place of the nodes that computed it before. */
    void replaceFrom(Value input) {
        replace(last(), List.of(), input);
    }

    /**
     * Puts the layer with its new numbers in the place of {@code end}, whose output it now
     * produces.
     *
     * @param absorbed nodes no longer needed, from the last to the first, this layer's own not
     *     included
     * @param input what it reads from now on
     */
    void replace(Node end, List<Node> absorbed, Value input) {
        Graph graph = end.graph();
        List<Node> gone = new ArrayList<>(absorbed);
        gone.add(last());
        gone.add(node());
        gone.remove(end);
        Value w = constant(graph, layer.weight().name(), weights, shape());
        String hint = end.output(0).name() + ".bias";
        if (!node().opType().equals("MatMul")) {
            List<Value> inputs = new ArrayList<>(List.of(input, w));
            if (biased) {
                inputs.add(constant(graph, hint, bias, bias.length));
            }
            List<Attribute> kept =
                    node().attributes().stream().filter(a -> !a.name().equals("beta")).toList();
            Edit.replace(end, gone, node().opType(), node().name(), inputs, kept);
        } else if (biased) {
            Value product = graph.freshValue(node().output(0).name(), null);
            graph.insertBefore(
                    end, "", "MatMul", node().name(), List.of(input, w), List.of(product));
            Value b = constant(graph, hint, bias, bias.length);
            String name = biasNode == null ? "" : biasNode.name();
            Edit.replace(end, gone, "Add", name, List.of(product, b), List.of());
        } else {
            Edit.replace(end, gone, "MatMul", node().name(), List.of(input, w), List.of());
        }
    }

    private Value constant(Graph graph, String hint, double[] values, long... shape) {
        return Edit.constant(graph, hint, Numbers.of(layer.weights().type(), values, shape));
    }
}
