package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.Arrays;
import java.util.List;

/** Adds nodes of the standard domain before a given one, named after what they compute. */
final class Editor {
    private final Graph graph;
    private final Node anchor;

    Editor(Node anchor) {
        this.graph = anchor.graph();
        this.anchor = anchor;
    }

    /** A node with one output whose type is known but for its shape. */
    Value add(String operator, String name, DataType type, Value... inputs) {
        Value output = declare(name, type, null);
        add(operator, name, Arrays.asList(inputs), List.of(output));
        return output;
    }

    Node add(String operator, String name, List<Value> inputs, List<Value> outputs) {
        return graph.insertBefore(anchor, "", operator, name, inputs, outputs);
    }

    /** An output for {@link #add(String, String, List, List)}. */
    Value declare(String name, DataType type, Shape shape) {
        return graph.freshValue(name, new ValueType.OfTensor(type, shape));
    }

    Value cast(String name, Value input) {
        Value output = add("Cast", name, DataType.FLOAT, input);
        output.producer().set(Attribute.ofInt("to", DataType.FLOAT.code()));
        return output;
    }

    Value constant(String name, Tensor contents) {
        Value value = graph.freshValue(name, ValueType.tensor(contents.type(), contents.shape()));
        return graph.setConstant(value, contents);
    }

    /**
     * Lets {@code replacement} take the place, and the name, of what a node with one output
     * computes, and removes the node.
     */
    static void replace(Node node, Value replacement) {
        Graph graph = node.graph();
        Value old = node.output(0);
        String name = old.name();
        replacement.setType(old.type());
        graph.replaceUses(old, replacement);
        graph.remove(node);
        graph.rename(replacement, name);
    }

    /** Removes an initializer that nobody reads any more. */
    static void dropUnused(Value initializer) {
        Graph graph = initializer.graph();
        if (initializer.uses().isEmpty() && !graph.outputs().contains(initializer)) {
            graph.removeInitializer(initializer);
        }
    }
}
