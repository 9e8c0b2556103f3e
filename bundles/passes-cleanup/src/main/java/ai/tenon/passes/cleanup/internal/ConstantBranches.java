package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Puts the branch that is always taken in the place of an If with a constant condition. */
@Component(service = GraphPass.class)
public final class ConstantBranches extends CleanupPass {
    @Override
    public String name() {
        return "constant-branches";
    }

    @Override
    public Set<String> after() {
        return Set.of("constant-folding");
    }

    @Override
    String what() {
        return "branches that are always taken unfolded";
    }

    @Override
    int apply(Model model) {
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                Graph branch = Match.is(node, "If") ? taken(node) : null;
                if (branch != null) {
                    unfold(node, branch);
                    changes++;
                }
            }
        }
        return changes;
    }

    private static Graph taken(Node node) {
        Tensor condition = Constants.tensor(node.input(0));
        if (condition == null || condition.size() != 1) {
            return null;
        }
        boolean yes = Numbers.longs(condition)[0] != 0;
        Graph branch =
                node.attribute(yes ? "then_branch" : "else_branch")
                        .filter(attribute -> attribute.value() != null)
                        .map(Attribute::asGraph)
                        .orElse(null);
        boolean sparse =
                branch != null
                        && branch.initializers().stream()
                                .anyMatch(each -> !(each.constant() instanceof Tensor));
        return sparse ? null : branch;
    }

    private static void unfold(Node node, Graph branch) {
        Graph graph = node.graph();
        for (Value constant : List.copyOf(branch.initializers())) {
            Tensor contents = (Tensor) constant.constant();
            branch.replaceUses(constant, Constants.add(graph, constant.name(), contents));
        }
        for (Node inner : branch.nodes()) {
            Value[] outputs =
                    inner.outputs().stream()
                            .map(each -> each == null ? null : twin(graph, branch, each))
                            .toArray(Value[]::new);
            Node moved =
                    graph.insertBefore(
                            node,
                            inner.domain(),
                            inner.opType(),
                            inner.name(),
                            inner.inputs(),
                            Arrays.asList(outputs));
            moved.setOverload(inner.overload());
            for (Attribute attribute : List.copyOf(inner.attributes())) {
                moved.set(attribute);
                inner.removeAttribute(attribute.name());
            }
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            Value output = node.output(i);
            Value result = branch.outputs().get(i);
            // the branch goes; it no longer returns what has moved
            branch.setOutput(i, branch.freshValue("moved", null));
            if (output != null && output.isUsed()) {
                hand(result, output, node);
            }
        }
        if (graph.nodes().contains(node)) {
            graph.remove(node);
        }
    }

    /** A value of the graph around in the place of one of the branch. */
    private static Value twin(Graph graph, Graph branch, Value value) {
        Value twin = graph.freshValue(value.name(), value.type());
        branch.replaceUses(value, twin);
        return twin;
    }

    private static void hand(Value result, Value output, Node node) {
        if (!Rewrite.bypass(output, result)) {
            Value copy =
                    Rewrite.insert(node, "Identity", output.name(), output.type(), result)
                            .output(0);
            Rewrite.bypass(output, copy);
        }
    }
}
