package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.opset.OpsetRaise;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.PassResult;
import java.util.List;

/** Finds nodes that one node can take the place of. */
@FunctionalInterface
interface Fusion {
    /** Domain of the fused operators that ONNX has no name for. */
    String MICROSOFT = "com.microsoft";

    /**
     * Looks at one node and those around it; changes nothing.
     *
     * @return what replaces them; null if they are not what is looked for
     */
    Runnable at(Node anchor, Types types);

    /**
     * Applies a fusion wherever it fits, in subgraphs too.
     *
     * @param domain of the operator that it puts into the model
     * @param version of the domain's operator set that knows it; the model is raised to it
     */
    static PassResult apply(Model model, String domain, long version, Fusion fusion) {
        Types types = new Types(model);
        if (!matchesAnywhere(model, types, fusion)) {
            return new PassResult(0, List.of());
        }
        if (domain.isEmpty() && model.opset("") < version) {
            try {
                // Whether it still fits afterwards shows on a copy: without a change, all stays.
                Model raised = OpsetRaise.raised(model, version);
                if (!matchesAnywhere(raised, new Types(raised), fusion)) {
                    return new PassResult(0, List.of());
                }
                OpsetRaise.raise(model, version);
                types = new Types(model);
            } catch (IllegalArgumentException e) {
                return new PassResult(0, List.of("left alone: " + e.getMessage()));
            }
        } else if (!domain.isEmpty()) {
            model.opsetImports().putIfAbsent(domain, version);
        }
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                Runnable replacement = isAlive(node) ? fusion.at(node, types) : null;
                if (replacement != null) {
                    replacement.run();
                    changes++;
                }
            }
            if (!graph.isSorted()) {
                graph.sort();
            }
        }
        return new PassResult(changes, List.of());
    }

    private static boolean matchesAnywhere(Model model, Types types, Fusion fusion) {
        return Rewrite.graphs(model).stream()
                .flatMap(graph -> graph.nodes().stream())
                .anyMatch(node -> fusion.at(node, types) != null);
    }

    /** True if the node has not been removed. */
    private static boolean isAlive(Node node) {
        Value out = node.outputs().stream().filter(value -> value != null).findFirst().orElse(null);
        return out != null && node.graph().value(out.name()) == out;
    }
}
