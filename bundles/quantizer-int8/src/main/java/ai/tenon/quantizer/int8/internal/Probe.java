package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.graph.shape.ShapeException;
import ai.tenon.graph.shape.ShapeInference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A copy of a model that answers what one wants to know of its values, and nothing else. */
final class Probe {
    /** From here on reductions take axes as an input. */
    private static final long AXES_ARE_INPUT = 18;

    private static final int IMAGE_RANK = 4;

    private final Model copy;
    private final Set<String> images;
    private final List<Value> wanted = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();

    Probe(Model model) {
        copy = model.copy();
        images = images(copy);
    }

    /** Names of the values that are known to be [N, C, H, W]. */
    private static Set<String> images(Model model) {
        Set<String> images = new HashSet<>();
        try {
            ShapeInference shapes = ShapeInference.of(model);
            for (Node node : model.graph().nodes()) {
                Value output = node.output(0);
                if (output != null
                        && shapes.type(output) instanceof ValueType.OfTensor type
                        && type.shape() != null
                        && type.shape().rank() == IMAGE_RANK) {
                    images.add(output.name());
                }
            }
        } catch (ShapeException e) {
            // a model whose shapes contradict each other may run all the same: none is known
            return Set.of();
        }
        return images;
    }

    /** Asks for all elements of a value. */
    void elements(String value) {
        Value inside = copy.graph().value(value);
        // not every engine returns an input as it is
        want(value, inside.producer() == null ? add("Identity", inside).output(0) : inside);
    }

    /**
     * Asks for the smallest or largest element: operator {@code ReduceMin} or {@code ReduceMax}.
     */
    void extreme(String key, String operator, String value) {
        Node node = add(operator, copy.graph().value(value));
        node.set(Attribute.ofInt("keepdims", 0));
        want(key, node.output(0));
    }

    /**
     * Asks for numbers of which one is the largest element. Of images that is the largest of each
     * channel: runtimes that keep images in a layout of their own pool in it, and would have to
     * rearrange them for a reduction.
     */
    void largest(String key, String value) {
        Value inside = copy.graph().value(value);
        if (images.contains(value)) {
            want(key, add("GlobalMaxPool", inside).output(0));
        } else {
            extreme(key, "ReduceMax", value);
        }
    }

    /**
     * Asks for the mean of every channel.
     *
     * @param axes all but that of the channels
     */
    void means(String key, Value value, long... axes) {
        reduce(key, "ReduceMean", copy.graph().value(value.name()), axes);
    }

    /** Asks for the largest magnitude of every channel of the last dimension. */
    void magnitudes(String key, Value value, int channels) {
        Graph graph = copy.graph();
        Node magnitude = add("Abs", graph.value(value.name()));
        Node rows = add("Reshape", magnitude.output(0));
        rows.setInput(
                1, Constants.add(graph, "rows", Numbers.ofLongs(new long[] {-1, channels}, 2)));
        reduce(key, "ReduceMax", rows.output(0), 0);
    }

    private void reduce(String key, String operator, Value value, long... axes) {
        Graph graph = copy.graph();
        Node node = add(operator, value);
        if (copy.opset("") < AXES_ARE_INPUT) {
            node.set(Attribute.ofInts("axes", axes));
        } else {
            node.setInput(1, Constants.add(graph, "axes", Numbers.ofLongs(axes, axes.length)));
        }
        node.set(Attribute.ofInt("keepdims", 0));
        want(key, node.output(0));
    }

    private Node add(String operator, Value input) {
        Value output = copy.graph().freshValue(input.name() + "_" + operator, null);
        return copy.graph().add("", operator, "", Arrays.asList(input), List.of(output));
    }

    private void want(String key, Value value) {
        names.put(key, value.name());
        wanted.add(value);
    }

    /** The model, without what does not lead to the values asked for. */
    Model model() {
        Graph graph = copy.graph();
        while (!graph.outputs().isEmpty()) {
            graph.removeOutput(graph.outputs().size() - 1);
        }
        for (Value value : wanted) {
            if (value.tensorType() == null) {
                value.setType(new ValueType.OfTensor(DataType.FLOAT, null));
            }
            graph.addOutput(value);
        }
        List<Node> backwards = new ArrayList<>(graph.nodes());
        Collections.reverse(backwards);
        for (Node node : backwards) {
            if (Rewrite.isUnused(node)) {
                List<Value> inputs = new ArrayList<>(node.inputs());
                graph.remove(node);
                Rewrite.removeUnused(
                        inputs.stream()
                                .filter(input -> input != null && input.isConstant())
                                .toArray(Value[]::new));
            }
        }
        return copy;
    }

    /** What the model answered to a question. */
    float[] answer(String key, Map<String, Tensor> outputs) {
        return Numbers.floats(outputs.get(names.get(key)));
    }
}
