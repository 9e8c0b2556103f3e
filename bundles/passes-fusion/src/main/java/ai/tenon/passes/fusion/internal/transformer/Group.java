package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Nodes that one node is to take the place of. */
final class Group {
    private final Set<Node> nodes = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Adds a node unless it is null, and returns it. */
    Node add(Node node) {
        if (node != null) {
            nodes.add(node);
        }
        return node;
    }

    /** Adds all nodes of another group. */
    void addAll(Group other) {
        nodes.addAll(other.nodes);
    }

    /**
     * True if nobody else reads what the nodes give, except for some results. Who reads only its
     * shape, for a node of the group, goes with the group.
     */
    boolean isClosed(Value... results) {
        List<Value> open = List.of(results);
        return nodes.stream()
                .flatMap(node -> node.outputs().stream())
                .filter(value -> value != null && !open.contains(value))
                .allMatch(this::isInner);
    }

    private boolean isInner(Value value) {
        return !value.isGraphOutput() && value.uses().stream().allMatch(this::endsInside);
    }

    private boolean endsInside(Node user) {
        return nodes.contains(user)
                || Match.is(user, "Shape", "Gather", "Unsqueeze", "Concat", "Slice", "Squeeze")
                        && user.outputs().stream()
                                .filter(Objects::nonNull)
                                .allMatch(value -> value.isUsed() && isInner(value));
    }

    /** True if some of these values are computed from what nodes of the group give. */
    boolean leadsTo(List<Value> values) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Value> open = new ArrayDeque<>();
        values.stream().filter(Objects::nonNull).forEach(open::add);
        while (!open.isEmpty()) {
            Node producer = open.pop().producer();
            if (producer != null && nodes.contains(producer)) {
                return true;
            }
            if (producer != null && seen.add(producer)) {
                producer.inputs().stream().filter(Objects::nonNull).forEach(open::add);
            }
        }
        return false;
    }

    /**
     * Adds a node that gives results of the group in its place, under their names, and removes what
     * nobody needs any more.
     *
     * @param last the node of the group that stands last
     * @param inputs null elements for optional inputs left out
     * @param results by output of the new node; null elements for those left out
     */
    static Node replace(
            Node last, String domain, String opType, List<Value> inputs, List<Value> results) {
        Graph graph = last.graph();
        List<Value> made = new ArrayList<>();
        for (Value result : results) {
            made.add(result == null ? null : graph.freshValue(result.name(), result.type()));
        }
        Node node = graph.insertBefore(last, domain, opType, last.name(), inputs, made);
        String[] names =
                results.stream().map(v -> v == null ? null : v.name()).toArray(String[]::new);
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) != null) {
                graph.replaceUses(results.get(i), made.get(i));
            }
        }
        Rewrite.removeUnused(results.toArray(Value[]::new));
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) != null) {
                graph.rename(made.get(i), names[i]);
            }
        }
        return node;
    }
}
