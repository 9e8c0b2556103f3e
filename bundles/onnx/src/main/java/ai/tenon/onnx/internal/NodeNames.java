package ai.tenon.onnx.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Names of a graph's nodes as they are written. ONNX lets several nodes have the same one, ONNX
 * Runtime refuses such a file: the first keeps it, the others get a number. {@code Constant}s keep
 * theirs, as ONNX Runtime does not take them for nodes.
 */
final class NodeNames {
    private final Set<String> all = new HashSet<>();
    private final Set<String> given = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    NodeNames(Graph graph) {
        graph.nodes().forEach(node -> all.add(node.name()));
    }

    /** The name of the next node. */
    String next(Node node) {
        String name = node.name();
        if (name.isEmpty() || node.opType().equals("Constant") || given.add(name)) {
            return name;
        }
        String numbered;
        do {
            numbered = name + "_" + numbers.merge(name, 1, Integer::sum);
        } while (!all.add(numbered));
        return numbered;
    }
}
