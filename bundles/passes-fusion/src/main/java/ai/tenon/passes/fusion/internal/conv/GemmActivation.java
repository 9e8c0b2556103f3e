package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Lets a Gemm apply the activation function itself: {@code com.microsoft.FusedGemm}. Quantized
 * Gemms stay.
 */
@Component
public final class GemmActivation implements GraphPass {
    @Override
    public String name() {
        return "gemm-activation";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            if (Match.is(node, "Gemm")
                    && Channels.floats(node.input(1)) != null
                    && Match.producer(node.input(0), "DequantizeLinear") == null
                    && fuse(node)) {
                changes++;
            }
        }
        if (changes > 0) {
            model.opsetImports().putIfAbsent("com.microsoft", 1L);
        }
        return Edit.result(changes, "Gemms that apply their activation themselves");
    }

    private static boolean fuse(Node gemm) {
        Value output = gemm.output(0);
        Node reader = Match.isReadOnce(output) ? output.uses().get(0) : null;
        Activation activation =
                reader == null || reader.graph() != gemm.graph() ? null : Activation.of(reader);
        if (activation == null || activation.ofGemm() == null) {
            return false;
        }
        List<Attribute> attributes = new ArrayList<>(gemm.attributes());
        attributes.addAll(activation.ofGemm());
        Edit.replace(reader, "com.microsoft.FusedGemm", gemm.name(), gemm.inputs(), attributes);
        return true;
    }
}
