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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Makes a LayerNormalization of {@code (x - mean(x)) / √(mean((x - mean(x))²) + epsilon) · scale +
 * bias}, also where 16-bit numbers are normalised in 32 bits.
 */
@Component
public final class LayerNormFusion implements GraphPass {
    private static final long OPSET = 17;

    @Override
    public String name() {
        return "layer-norm";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        return Fusion.apply(model, "", OPSET, LayerNormFusion::match);
    }

    private static Runnable match(Node last, Types types) {
        if (Match.is(last, "Add")) {
            for (int i = 0; i < 2; i++) {
                Value bias = last.input(1 - i);
                Node scaled = Match.producer(last.input(i), "Mul");
                if (scaled != null && Vectors.isVector(bias)) {
                    return match(last, scaled, bias, types);
                }
            }
            return null;
        }
        return Match.is(last, "Mul") && !isBiased(last) ? match(last, last, null, types) : null;
    }

    /** True if the node's result is only read by an Add of a vector, which then comes last. */
    private static boolean isBiased(Node scaled) {
        Node sum = Match.soleReader(scaled.output(0), "Add");
        return sum != null && Vectors.isVector(Match.other(sum, scaled.output(0)));
    }

    private static Runnable match(Node last, Node scaled, Value bias, Types types) {
        for (int i = 0; i < 2; i++) {
            Value scale = scaled.input(1 - i);
            Group group = new Group();
            Value normalized = scaled.input(i);
            Node narrowed = group.add(Match.producer(normalized, "Cast"));
            RootMeanSquare core =
                    RootMeanSquare.of(narrowed == null ? normalized : narrowed.input(0), types);
            if (core == null || !Vectors.isVector(scale)) {
                continue;
            }
            group.addAll(core.group());
            group.add(last);
            group.add(scaled);
            Value x = centred(core, group, types);
            if (x == null || !fits(x, scale, bias, types)) {
                continue;
            }
            if (narrowed != null) {
                x = RootMeanSquare.beforeWidening(x, narrowed, types);
            }
            if (x != null && group.isClosed(last.output(0))) {
                Value input = x;
                return () -> replace(last, input, scale, bias, core.epsilon());
            }
        }
        return null;
    }

    /** x where both the dividend and what is squared are {@code x - mean(x)}; else null. */
    private static Value centred(RootMeanSquare core, Group group, Types types) {
        Value x = null;
        for (Value each : new Value[] {core.dividend(), core.squared()}) {
            Node difference = group.add(Match.producer(each, "Sub"));
            Node mean =
                    difference == null
                            ? null
                            : group.add(Match.producer(difference.input(1), "ReduceMean"));
            if (!RootMeanSquare.isOverLastAxis(mean, types)
                    || mean.input(0) != difference.input(0)
                    || x != null && x != difference.input(0)) {
                return null;
            }
            x = difference.input(0);
        }
        return x;
    }

    private static boolean fits(Value x, Value scale, Value bias, Types types) {
        Dimension length = Dimension.of(Vectors.length(scale));
        return types.dim(x, -1).equals(length)
                && (bias == null || Dimension.of(Vectors.length(bias)).equals(length));
    }

    private static void replace(Node last, Value x, Value scale, Value bias, float epsilon) {
        List<Value> inputs = new ArrayList<>(Arrays.asList(x, Vectors.flat(scale)));
        if (bias != null) {
            inputs.add(Vectors.flat(bias));
        }
        Group.replace(last, "", "LayerNormalization", inputs, List.of(last.output(0)))
                .set(Attribute.ofInt("axis", -1))
                .set(Attribute.ofFloat("epsilon", epsilon));
    }
}
