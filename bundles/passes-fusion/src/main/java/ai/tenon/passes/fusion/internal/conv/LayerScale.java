package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Folds Mul, Div, Add and Sub with one constant per output channel into the layer before them. The
 * Add behind a MatMul stays: it is its bias.
 */
@Component
public final class LayerScale implements GraphPass {
    @Override
    public String name() {
        return "layer-scale";
    }

    @Override
    public Stage stage() {
        return Stage.FOLDING;
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public Set<String> after() {
        return Set.of("hard-swish");
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        return new OutputFolding(
                        Set.of("Conv", "ConvTranspose", "Gemm", "MatMul"),
                        node -> !Affine.isNormalization(node))
                .apply(model);
    }
}
