package ai.tenon.graph.opset;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A node that is being converted, and what conversions need. */
final class Site {
    private Node node;
    private final OpsetRaise.Range range;

    Site(Node node, OpsetRaise.Range range) {
        this.node = node;
        this.range = range;
    }

    Node node() {
        return node;
    }

    /** What to throw where the node cannot be converted. */
    IllegalArgumentException refusal(String reason) {
        return new IllegalArgumentException(
                node.label()
                        + " of operator set "
                        + range.from()
                        + " cannot be raised to "
                        + range.to()
                        + ": "
                        + reason);
    }

    /** The shape of an input; null when not even the rank is known. */
    Shape shape(int input) {
        return tensor(input) == null ? null : tensor(input).shape();
    }

    /** The element type of an input. */
    DataType element(int input) {
        if (tensor(input) == null || tensor(input).elementType() == null) {
            throw refusal("the element type of input " + input + " is not known");
        }
        return tensor(input).elementType();
    }

    private ValueType.OfTensor tensor(int input) {
        Value value = node.input(input);
        return value != null && range.types().type(value) instanceof ValueType.OfTensor tensor
                ? tensor
                : null;
    }

    /** Removes an attribute; null if it is not there. */
    Attribute take(String name) {
        Attribute attribute = node.attribute(name).orElse(null);
        if (attribute != null && attribute.reference() != null) {
            throw refusal("its attribute " + name + " is one of the function around it");
        }
        node.removeAttribute(name);
        return attribute;
    }

    long takeInt(String name, long otherwise) {
        Attribute attribute = take(name);
        return attribute == null ? otherwise : attribute.asInt();
    }

    /** Makes an attribute of integers, where it is there and not empty, an input of rank 1. */
    void moveInts(String attribute, int input) {
        Attribute taken = take(attribute);
        if (taken != null && taken.asInts().length > 0) {
            long[] values = taken.asInts();
            node.setInput(input, constant(attribute, Numbers.ofLongs(values, values.length)));
        }
    }

    /** Makes an attribute, where it is there, a scalar input of the first input's element type. */
    void moveFloat(String attribute, int input) {
        Attribute taken = take(attribute);
        if (taken != null) {
            double[] value = {taken.asFloat()};
            node.setInput(input, constant(attribute, Numbers.of(element(0), value)));
        }
    }

    /** A constant beside the node, called like its first output and {@code role}. */
    Value constant(String role, Tensor contents) {
        Graph graph = node.graph();
        String hint = node.output(0).name() + "_" + role;
        if (!range.function()) {
            return Constants.add(graph, hint, contents);
        }
        Node constant = Rewrite.insert(node, "Constant", hint, null);
        constant.set(Attribute.ofTensor("value", contents));
        return constant.output(0);
    }

    /** Adds a standard operator before the node. */
    Node insert(String opType, Value... inputs) {
        String hint = node.output(0).name() + "_" + opType.toLowerCase(Locale.ROOT);
        return Rewrite.insert(node, opType, hint, null, inputs);
    }

    /** Puts another standard operator, without attributes, in the node's place. */
    Node replace(String opType, Value... inputs) {
        List<Value> given = Arrays.asList(inputs);
        node = node.graph().replace(node, "", opType, given);
        return node;
    }

    /** Puts another operator with the same inputs and attributes in the node's place. */
    void renameOperator(String opType) {
        List<Attribute> attributes = List.copyOf(node.attributes());
        replace(opType, node.inputs().toArray(Value[]::new));
        attributes.forEach(node::set);
    }
}
