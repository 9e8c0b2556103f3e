package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Makes one Reshape of two operators in a row that only give the same elements another shape, if
 * the last shape is known but for one length.
 */
@Component(service = GraphPass.class)
public final class ReshapeChains extends CleanupPass {
    private static final String[] RESHAPING = {"Reshape", "Flatten", "Squeeze", "Unsqueeze"};
    private static final long SHAPE_AS_INPUT = 5;

    @Override
    public String name() {
        return "reshape-chains";
    }

    @Override
    public Set<String> after() {
        return Set.of("identity-elimination", "shape-folding");
    }

    @Override
    String what() {
        return "chains of reshapes shortened";
    }

    @Override
    int apply(Model model) {
        if (model.opset("") < SHAPE_AS_INPUT) {
            return 0;
        }
        Known known = new Known(model);
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                changes += Match.is(node, RESHAPING) && shorten(node, known) ? 1 : 0;
            }
        }
        return changes;
    }

    private static boolean shorten(Node node, Known known) {
        Value middle = node.input(0);
        Node first = Match.producer(middle, RESHAPING);
        if (first == null || first.input(0) == null) {
            return false;
        }
        Value x = first.input(0);
        if (known.sameShapeOfSameSize(x, node.output(0)) && Rewrite.bypass(node.output(0), x)) {
            return true;
        }
        long[] target = target(known.shape(node.output(0)));
        if (target == null) {
            return false;
        }
        List<Value> old = List.copyOf(node.inputs());
        String hint = node.output(0).name() + "_shape";
        Value shape = Constants.add(node.graph(), hint, Numbers.ofLongs(target, target.length));
        node.graph().replace(node, "", "Reshape", List.of(x, shape));
        Rewrite.removeUnused(old.toArray(Value[]::new));
        return true;
    }

    /** The shape with -1 for at most one length; null if more are unknown, or one is 0. */
    private static long[] target(Shape shape) {
        if (shape == null) {
            return null;
        }
        long[] lengths = shape.lengths();
        int open = 0;
        for (long length : lengths) {
            if (length == 0) {
                return null;
            }
            open += length < 0 ? 1 : 0;
        }
        return open > 1 ? null : lengths;
    }
}
