package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import java.util.List;

/** A node in another one's place. */
final class Replacement {
    private Replacement() {}

    /**
     * Puts a node where {@code old} stood; its only output keeps its name, and so does the node.
     */
    static Node of(Node old, String domain, String opType, List<Value> inputs) {
        Graph graph = old.graph();
        Value before = old.output(0);
        String name = before.name();
        Value after = graph.freshValue(name, before.type());
        Node node = graph.insertBefore(old, domain, opType, old.name(), inputs, List.of(after));
        graph.replaceUses(before, after);
        graph.remove(old);
        graph.rename(after, name);
        return node;
    }
}
