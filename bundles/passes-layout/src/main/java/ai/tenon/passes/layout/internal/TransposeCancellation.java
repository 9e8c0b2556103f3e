package ai.tenon.passes.layout.internal;

import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Joins Transposes, of whatever order, that follow each other or can be moved behind each other,
 * and those of constants.
 */
@Component
public final class TransposeCancellation implements GraphPass {
    @Override
    public String name() {
        return "transpose-cancellation";
    }

    @Override
    public Stage stage() {
        return Stage.LAYOUT;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        int fewer = Sinking.apply(model, order -> true);
        return new PassResult(fewer, fewer == 0 ? List.of() : List.of("transposes less: " + fewer));
    }
}
