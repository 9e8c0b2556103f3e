package ai.tenon.graph.rewrite;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts something in the place of nodes and values, and removes what nobody needs any more. */
public final class Rewrite {
    private Rewrite() {}

    /** The model's graph and all subgraphs in it, outer ones first; bodies of functions not. */
    public static List<Graph> graphs(Model model) {
        List<Graph> graphs = new ArrayList<>(List.of(model.graph()));
        for (int i = 0; i < graphs.size(); i++) {
            graphs.get(i)
                    .nodes()
                    .forEach(
                            node ->
                                    node.attributes()
                                            .forEach(each -> graphs.addAll(each.graphs())));
        }
        return graphs;
    }

    /**
     * Adds a standard operator with one output before another node.
     *
     * @param hint what the output is to be called, roughly
     * @param type of the output; null when unknown
     * @param inputs null elements for optional inputs left out
     */
    public static Node insert(
            Node before, String opType, String hint, ValueType type, Value... inputs) {
        Graph graph = before.graph();
        Value output = graph.freshValue(hint, type);
        return graph.insertBefore(
                before, "", opType, output.name(), Arrays.asList(inputs), List.of(output));
    }

    /**
     * Lets all that read {@code old}, the output of a node, read an equal value instead, and
     * removes what is no longer needed. A model's output keeps its name: the equal value takes it
     * over, or, where it cannot because it is an input, a constant or another output, all stays as
     * it is.
     *
     * @return false if nothing was changed
     */
    public static boolean bypass(Value old, Value equal) {
        Graph graph = old.graph();
        boolean cannotTakeTheName =
                equal.graph() != graph || equal.producer() == null || equal.isGraphOutput();
        if (!old.isUsed() || old.isGraphOutput() && cannotTakeTheName) {
            return false;
        }
        boolean isOutput = old.isGraphOutput();
        String name = old.name();
        graph.replaceUses(old, equal);
        removeUnused(old);
        if (isOutput) {
            if (graph.value(name) != null) {
                graph.rename(old, graph.freshName(name));
            }
            graph.rename(equal, name);
            equal.setType(old.type() == null ? equal.type() : old.type());
        }
        return true;
    }

    /**
     * Removes the nodes and initializers behind these values, as far as nobody uses what they give.
     *
     * @param values may contain null
     * @return number of nodes removed
     */
    public static int removeUnused(Value... values) {
        Deque<Value> open = new ArrayDeque<>();
        for (Value value : values) {
            if (value != null) {
                open.add(value);
            }
        }
        int removed = 0;
        while (!open.isEmpty()) {
            Value value = open.pop();
            Node producer = value.producer();
            // a value that has been removed already is no longer known to its graph
            if (value.isUsed() || value.graph().value(value.name()) != value) {
                continue;
            }
            if (value.isConstant() && !value.graph().inputs().contains(value)) {
                value.graph().removeInitializer(value);
            } else if (producer != null && isUnused(producer)) {
                List<Value> inputs = read(producer);
                producer.graph().remove(producer);
                removed++;
                open.addAll(inputs);
            }
        }
        return removed;
    }

    /** True if no output of the node is used. */
    public static boolean isUnused(Node node) {
        return node.outputs().stream().allMatch(output -> output == null || !output.isUsed());
    }

    /** What the node and its subgraphs read from the node's graph and those around it. */
    private static List<Value> read(Node node) {
        Set<Graph> inside = new HashSet<>();
        List<Value> values = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            Node current = open.pop();
            values.addAll(current.inputs());
            for (Attribute attribute : current.attributes()) {
                for (Graph subgraph : attribute.graphs()) {
                    inside.add(subgraph);
                    open.addAll(subgraph.nodes());
                    values.addAll(subgraph.outputs());
                }
            }
        }
        values.removeIf(value -> value == null || inside.contains(value.graph()));
        return values;
    }
}
