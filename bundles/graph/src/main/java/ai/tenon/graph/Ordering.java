package ai.tenon.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The order in which the nodes of a graph can run. */
final class Ordering {
    private Ordering() {}

    static List<Node> sorted(Graph graph) {
        Map<Node, Integer> missing = new IdentityHashMap<>();
        Map<Node, List<Node>> readers = new IdentityHashMap<>();
        Deque<Node> ready = new ArrayDeque<>();
        for (Node node : graph.nodes()) {
            int count = 0;
            for (Node producer : producersOf(node)) {
                readers.computeIfAbsent(producer, key -> new ArrayList<>()).add(node);
                count++;
            }
            missing.put(node, count);
            if (count == 0) {
                ready.add(node);
            }
        }
        List<Node> sorted = new ArrayList<>(graph.nodes().size());
        while (!ready.isEmpty()) {
            Node node = ready.poll();
            sorted.add(node);
            for (Node reader : readers.getOrDefault(node, List.of())) {
                if (missing.merge(reader, -1, Integer::sum) == 0) {
                    ready.add(reader);
                }
            }
        }
        if (sorted.size() != graph.nodes().size()) {
            Node stuck =
                    graph.nodes().stream()
                            .filter(node -> missing.get(node) > 0)
                            .findFirst()
                            .orElseThrow();
            throw new IllegalStateException(
                    "graph '" + graph.name() + "' has a cycle through " + stuck.label());
        }
        return sorted;
    }

    static boolean isSorted(Graph graph) {
        Map<Node, Integer> position = new IdentityHashMap<>();
        for (Node node : graph.nodes()) {
            for (Node producer : producersOf(node)) {
                if (!position.containsKey(producer)) {
                    return false;
                }
            }
            position.put(node, position.size());
        }
        return true;
    }

    /** Nodes of the node's graph that compute what it reads, what its subgraphs read included. */
    private static List<Node> producersOf(Node node) {
        return node.reads().stream()
                .filter(value -> value.graph() == node.graph() && value.producer() != null)
                .map(Value::producer)
                .toList();
    }
}
