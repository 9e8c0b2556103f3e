package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Dimension;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Makes a BiasGelu or FastGelu of the Add of a bias and the Gelu behind it. */
@Component
public final class BiasGeluFusion implements GraphPass {
    @Override
    public String name() {
        return "bias-gelu";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public Set<String> after() {
        return Set.of("gelu");
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        return Fusion.apply(model, Fusion.MICROSOFT, 1, BiasGeluFusion::match);
    }

    private static Runnable match(Node gelu, Types types) {
        Node sum = Match.is(gelu, "Gelu") ? Match.soleProducer(gelu.input(0), "Add") : null;
        if (sum == null) {
            return null;
        }
        for (int i = 0; i < 2; i++) {
            Value x = sum.input(i);
            Value bias = sum.input(1 - i);
            if (Vectors.isVector(bias)
                    && types.dim(x, -1).equals(Dimension.of(Vectors.length(bias)))) {
                boolean exact = gelu.stringAttribute("approximate", "none").equals("none");
                return () ->
                        Group.replace(
                                gelu,
                                Fusion.MICROSOFT,
                                exact ? "BiasGelu" : "FastGelu",
                                List.of(x, Vectors.flat(bias)),
                                List.of(gelu.output(0)));
            }
        }
        return null;
    }
}
