package ai.tenon.graph.shape;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bounds what a model becomes when the calls of its functions are unfolded: a few functions that
 * call each other twice are a very large model, and one that calls itself has no end.
 */
final class Unfolding {
    private static final int MAX_DEPTH = 64;
    private static final long MAX_NODES = 200_000;

    private final Map<String, Function> functions = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    private Unfolding(Model model) {
        for (Function each : model.functions()) {
            functions.put(key(each.domain(), each.name(), each.overload()), each);
        }
    }

    /**
     * @throws ShapeException if the model has no end, or is too large
     */
    static void check(Model model) {
        if (!model.functions().isEmpty()) {
            new Unfolding(model).size(model.graph());
        }
    }

    private long size(Graph graph) {
        long size = 0;
        for (Node node : graph.nodes()) {
            size += 1 + size(node);
            if (size > MAX_NODES) {
                throw new ShapeException(
                        node.label(), "", "functions unfold to more than " + MAX_NODES + " nodes");
            }
        }
        return size;
    }

    private long size(Node node) {
        long size = 0;
        for (Attribute attribute : node.attributes()) {
            for (Graph subgraph : attribute.graphs()) {
                size += size(subgraph);
            }
        }
        String key = key(node.domain(), node.opType(), node.overload());
        Function function = functions.get(key);
        if (function == null) {
            return size;
        }
        Long known = sizes.get(key);
        if (known == null) {
            if (!open.add(key) || open.size() > MAX_DEPTH) {
                throw new ShapeException(
                        node.label(), "", "functions call each other without end or too deep");
            }
            known = size(function.body());
            open.remove(key);
            sizes.put(key, known);
        }
        return size + known;
    }

    private static String key(String domain, String name, String overload) {
        return domain + "\n" + name + "\n" + overload;
    }
}
