package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Makes a Gemm of a MatMul of two matrices and the Add of its bias. */
@Component
public final class MatMulAdd implements GraphPass {
    private static final int FIRST_OPSET = 7;

    @Override
    public String name() {
        return "matmul-add";
    }

    @Override
    public Stage stage() {
        return Stage.FOLDING;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        ShapeInference types = ShapeInference.of(model);
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            Linear layer =
                    Match.is(node, "MatMul") && model.opset("") >= FIRST_OPSET
                            ? Linear.of(node).orElse(null)
                            : null;
            if (layer != null && layer.last() != node && rank(types, node.input(0)) == 2) {
                Node sum = layer.last();
                Value bias = Match.other(sum, node.output(0));
                if (Channels.floats(bias).rank() == 1) {
                    List<Value> inputs = List.of(node.input(0), node.input(1), bias);
                    Edit.replace(sum, "Gemm", node.name(), inputs, List.of());
                    changes++;
                }
            }
        }
        return Edit.result(changes, "MatMuls with a bias made Gemms");
    }

    private static int rank(ShapeInference types, Value value) {
        return types.type(value) instanceof ValueType.OfTensor tensor && tensor.shape() != null
                ? tensor.shape().rank()
                : -1;
    }
}
