package ai.tenon.passes.layout.internal;

import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Lets one layout, channels first, hold throughout a model that was made with channels last: the
 * Transposes around every convolution move towards each other and cancel out, until one at the
 * inputs and one at the outputs remain.
 *
 * <p>Runs with the cleaning passes, because what folds and fuses later looks for operators that
 * stand next to each other.
 */
@Component
public final class LayoutPropagation implements GraphPass {
    @Override
    public String name() {
        return "layout-propagation";
    }

    @Override
    public Stage stage() {
        return Stage.CLEANUP;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        int fewer = Sinking.apply(model, LayoutPropagation::movesChannels);
        return new PassResult(fewer, fewer == 0 ? List.of() : List.of("transposes less: " + fewer));
    }

    /** True for NCHW to NHWC and back, with any number of spatial dimensions from one on. */
    static boolean movesChannels(Permutation order) {
        int rank = order.rank();
        if (rank < 3) {
            return false;
        }
        long[] last = new long[rank];
        last[rank - 1] = 1;
        for (int i = 1; i < rank - 1; i++) {
            last[i] = i + 1;
        }
        Permutation toLast = Permutation.of(last);
        return order.equals(toLast) || order.equals(toLast.inverse());
    }
}
