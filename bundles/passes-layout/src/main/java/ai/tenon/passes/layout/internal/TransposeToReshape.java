package ai.tenon.passes.layout.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Makes Reshapes, which move nothing, of Transposes that move dimensions of length 1 only. */
@Component
public final class TransposeToReshape implements GraphPass {
    private static final long SHAPE_AS_INPUT = 5;

    @Override
    public String name() {
        return "transpose-to-reshape";
    }

    @Override
    public Stage stage() {
        return Stage.LAYOUT;
    }

    @Override
    public Set<String> after() {
        return Set.of("transpose-cancellation");
    }

    @Override
    public double tolerance() {
        return 0;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        if (model.opset("") < SHAPE_AS_INPUT) {
            return new PassResult(0, List.of());
        }
        Transposes transposes = new Transposes(model);
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                Permutation order = transposes.order(node);
                changes += order != null && replace(node, order, transposes) ? 1 : 0;
            }
        }
        return new PassResult(
                changes,
                changes == 0 ? List.of() : List.of("transposes that are reshapes: " + changes));
    }

    private static boolean replace(Node node, Permutation order, Transposes transposes) {
        Shape shape = transposes.shape(node.input(0));
        if (shape == null || shape.rank() != order.rank() || !keepsOrder(order, shape)) {
            return false;
        }
        long[] target = new long[order.rank()];
        boolean open = false;
        for (int i = 0; i < target.length; i++) {
            target[i] = shape.get(order.before(i)).length();
            if (target[i] < 0 && order.before(i) == i) {
                target[i] = 0; // as it is
            } else if (target[i] < 0 && !open) {
                open = true;
            } else if (target[i] <= 0) {
                return false;
            }
        }
        String hint = node.output(0).name() + "_shape";
        Value to = Constants.add(node.graph(), hint, Numbers.ofLongs(target, target.length));
        node.graph().replace(node, "", "Reshape", List.of(node.input(0), to));
        return true;
    }

    private static boolean keepsOrder(Permutation order, Shape shape) {
        int last = -1;
        for (int axis : order.axes()) {
            if (shape.get(axis).length() != 1) {
                if (axis < last) {
                    return false;
                }
                last = axis;
            }
        }
        return true;
    }
}
