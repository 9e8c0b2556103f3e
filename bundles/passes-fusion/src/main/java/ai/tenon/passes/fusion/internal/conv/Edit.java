package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.Collection;
import java.util.List;

/** Rewriting steps that all passes of this package share. */
final class Edit {
    private Edit() {}

    /** True if the node has not been removed from its graph. */
    static boolean isAlive(Node node) {
        Value out = node.output(0);
        return out != null && node.graph().value(out.name()) == out;
    }

    /** True if exactly one node reads the value, once, and it is no output of its graph. */
    static boolean isPrivate(Value value) {
        return value.uses().size() == 1
                && value.uses().get(0).graph() == value.graph()
                && !value.graph().outputs().contains(value);
    }

    /**
     * Puts a node in the place of {@code last}: it produces the value that {@code last} produced.
     *
     * @param absorbed nodes that are no longer needed, from the last to the first; those whose
     *     output is still read stay
     */
    static Node replace(
            Node last,
            List<Node> absorbed,
            String type,
            String name,
            List<Value> inputs,
            Collection<Attribute> attributes) {
        Graph graph = last.graph();
        Value old = last.output(0);
        Value made = graph.freshValue(old.name(), old.type());
        Node node = graph.insertBefore(last, "", type, name, inputs, List.of(made));
        attributes.forEach(node::set);
        graph.replaceUses(old, made);
        remove(last);
        absorbed.forEach(Edit::remove);
        graph.rename(made, old.name());
        return node;
    }

    /** Removes a node that nobody needs, and its constants that nobody else reads. */
    private static void remove(Node node) {
        Graph graph = node.graph();
        for (Value out : node.outputs()) {
            if (out != null && (!out.uses().isEmpty() || graph.outputs().contains(out))) {
                return;
            }
        }
        List<Value> inputs = node.inputs().stream().filter(value -> value != null).toList();
        graph.remove(node);
        inputs.forEach(Edit::removeUnused);
    }

    private static void removeUnused(Value value) {
        Graph graph = value.graph();
        if (value.isConstant()
                && value.uses().isEmpty()
                && graph.value(value.name()) == value
                && !graph.inputs().contains(value)
                && !graph.outputs().contains(value)) {
            graph.removeInitializer(value);
        }
    }

    /** An initializer named like {@code hint}. */
    static Value constant(Graph graph, String hint, Tensor contents) {
        Value value = graph.freshValue(hint, ValueType.tensor(contents.type(), contents.shape()));
        return graph.setConstant(value, contents);
    }
}
