package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Removes operators that give what they got. */
@Component(service = GraphPass.class)
public final class IdentityElimination extends CleanupPass {
    @Override
    public String name() {
        return "identity-elimination";
    }

    @Override
    String what() {
        return "operators that do nothing removed";
    }

    @Override
    int apply(Model model) {
        Identities identities = new Identities(new Known(model), model.opset(""));
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                Value same = identities.same(node);
                changes += same != null && Rewrite.bypass(node.output(0), same) ? 1 : 0;
            }
        }
        return changes;
    }
}
