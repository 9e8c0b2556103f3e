package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Removes nodes, optional outputs, initializers and functions that nothing reads. */
@Component(service = GraphPass.class)
public final class DeadCode extends CleanupPass {
    /** Operators of which every output but the first may be left out. */
    private static final String[] OPTIONAL_OUTPUTS = {
        "BatchNormalization", "Dropout", "LayerNormalization", "MaxPool"
    };

    @Override
    public String name() {
        return "dead-code";
    }

    @Override
    String what() {
        return "unused nodes, outputs, initializers and functions removed";
    }

    @Override
    int apply(Model model) {
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            changes += removeNodes(graph);
        }
        // removing nodes of a subgraph may have freed what stands around it
        for (Graph graph : Rewrite.graphs(model)) {
            changes += removeNodes(graph) + removeInitializers(graph);
        }
        return changes + removeFunctions(model);
    }

    private static int removeNodes(Graph graph) {
        int changes = 0;
        List<Node> nodes = List.copyOf(graph.nodes());
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (Rewrite.isUnused(node)) {
                graph.remove(node);
                changes++;
            } else if (node.outputs().size() > 1
                    && Match.is(node, OPTIONAL_OUTPUTS)
                    && Match.usesFirstOutputOnly(node)) {
                node.cutOutputs(1);
                changes++;
            }
        }
        return changes;
    }

    private static int removeInitializers(Graph graph) {
        int changes = 0;
        for (Value initializer : List.copyOf(graph.initializers())) {
            if (!initializer.isUsed() && !graph.inputs().contains(initializer)) {
                graph.removeInitializer(initializer);
                changes++;
            }
        }
        return changes;
    }

    private static int removeFunctions(Model model) {
        if (model.functions().isEmpty()) {
            return 0;
        }
        Set<Function> called = new HashSet<>();
        Deque<Graph> open = new ArrayDeque<>(List.of(model.graph()));
        while (!open.isEmpty()) {
            for (Node node : open.pop().nodes()) {
                node.attributes().forEach(attribute -> open.addAll(attribute.graphs()));
                for (Function function : model.functions()) {
                    if (isCall(node, function) && called.add(function)) {
                        open.add(function.body());
                    }
                }
            }
        }
        int before = model.functions().size();
        model.functions().retainAll(called);
        return before - model.functions().size();
    }

    private static boolean isCall(Node node, Function function) {
        return function.name().equals(node.opType())
                && function.domain().equals(node.domain())
                && function.overload().equals(node.overload());
    }
}
