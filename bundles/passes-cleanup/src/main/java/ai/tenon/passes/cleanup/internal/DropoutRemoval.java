package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
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
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Removes Dropout, which does nothing in inference. Its mask, where somebody reads it, is all true.
 */
@Component(service = GraphPass.class)
public final class DropoutRemoval extends CleanupPass {
    private static final long INFERENCE_ONLY = 7;
    private static final long DEFINED_MASK = 12;

    @Override
    public String name() {
        return "dropout-removal";
    }

    @Override
    String what() {
        return "dropouts removed";
    }

    @Override
    int apply(Model model) {
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                if (Match.is(node, "Dropout") && remove(node, model.opset(""))) {
                    changes++;
                }
            }
        }
        return changes;
    }

    private static boolean remove(Node node, long opset) {
        boolean usesMask = !Match.usesFirstOutputOnly(node);
        if (opset < INFERENCE_ONLY
                || usesMask && opset < DEFINED_MASK
                || !isInference(node.input(2))) {
            return false;
        }
        boolean changed = usesMask;
        if (usesMask) {
            Value shape =
                    Rewrite.insert(
                                    node,
                                    "Shape",
                                    node.output(1).name() + "_shape",
                                    null,
                                    node.input(0))
                            .output(0);
            Tensor one = Numbers.ofBooleans(new boolean[] {true}, 1);
            Value mask =
                    Rewrite.insert(node, "ConstantOfShape", node.output(1).name(), null, shape)
                            .set(Attribute.ofTensor("value", one))
                            .output(0);
            mask.setType(node.output(1).type());
            Rewrite.bypass(node.output(1), mask);
        }
        Value data = node.output(0);
        if (data != null && data.isUsed()) {
            changed |= Rewrite.bypass(data, node.input(0));
        } else if (node.graph().nodes().contains(node)) {
            node.graph().remove(node);
        }
        return changed;
    }

    private static boolean isInference(Value trainingMode) {
        if (trainingMode == null) {
            return true;
        }
        Tensor constant = Constants.tensor(trainingMode);
        return constant != null
                && constant.type() == DataType.BOOL
                && Numbers.longs(constant)[0] == 0;
    }
}
