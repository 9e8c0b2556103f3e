package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Folds BatchNormalization into the Gemm, or the MatMul with or without bias, before it. */
@Component
public final class MatMulBatchNormalization implements GraphPass {
    @Override
    public String name() {
        return "matmul-batchnorm";
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
    public PassResult apply(Model model, Map<String, String> settings) {
        return new OutputFolding(Set.of("Gemm", "MatMul"), Affine::isNormalization).apply(model);
    }
}
