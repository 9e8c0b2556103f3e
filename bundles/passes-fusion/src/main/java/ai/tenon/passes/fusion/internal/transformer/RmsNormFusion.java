package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Attribute;
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

/**
 * Makes an RMSNormalization of {@code x / √(mean(x²) + epsilon) · scale}, also where 16-bit numbers
 * are normalised in 32 bits.
 */
@Component
public final class RmsNormFusion implements GraphPass {
    private static final long OPSET = 23;

    @Override
    public String name() {
        return "rms-norm";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public Set<String> after() {
        // A layer normalisation holds what this pass looks for.
        return Set.of("layer-norm");
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        return Fusion.apply(model, "", OPSET, RmsNormFusion::match);
    }

    private static Runnable match(Node last, Types types) {
        if (!Match.is(last, "Mul")) {
            return null;
        }
        for (int i = 0; i < 2; i++) {
            Value scale = last.input(1 - i);
            Group group = new Group();
            Node narrowed = group.add(Match.producer(last.input(i), "Cast"));
            RootMeanSquare core =
                    RootMeanSquare.of(narrowed == null ? last.input(i) : narrowed.input(0), types);
            if (core == null || core.dividend() != core.squared() || !Vectors.isVector(scale)) {
                continue;
            }
            group.addAll(core.group());
            group.add(last);
            Value x = core.dividend();
            Dimension length = Dimension.of(Vectors.length(scale));
            if (narrowed != null) {
                x = RootMeanSquare.beforeWidening(x, narrowed, types);
            }
            if (x != null && types.dim(x, -1).equals(length) && group.isClosed(last.output(0))) {
                Value input = x;
                return () -> replace(last, input, scale, core.epsilon());
            }
        }
        return null;
    }

    private static void replace(Node last, Value x, Value scale, float epsilon) {
        List<Value> inputs = List.of(x, Vectors.flat(scale));
        Group.replace(last, "", "RMSNormalization", inputs, List.of(last.output(0)))
                .set(Attribute.ofInt("axis", -1))
                .set(Attribute.ofFloat("epsilon", epsilon));
    }
}
