package ai.tenon.cpu.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.List;

/** Makes initializers of Constant nodes, since passes look for weights there. */
final class FixedConstants {
    private FixedConstants() {}

    static void apply(Model model) {
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                Tensor contents =
                        Match.is(node, "Constant") && !node.output(0).isGraphOutput()
                                ? Constants.tensor(node.output(0))
                                : null;
                if (contents != null) {
                    Value initializer =
                            Constants.add(graph, node.output(0).name() + "_fixed", contents);
                    graph.replaceUses(node.output(0), initializer);
                    graph.remove(node);
                }
            }
        }
    }
}
