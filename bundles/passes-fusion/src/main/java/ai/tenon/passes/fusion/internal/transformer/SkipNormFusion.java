package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Makes one SkipLayerNormalization or SkipSimplifiedLayerNormalization of the Add of a residual,
 * the Add of a bias before it, and the normalisation behind it. The sum stays available.
 */
@Component
public final class SkipNormFusion implements GraphPass {
    @Override
    public String name() {
        return "skip-layer-norm";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public Set<String> after() {
        return Set.of("layer-norm", "rms-norm");
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        return Fusion.apply(model, Fusion.MICROSOFT, 1, SkipNormFusion::match);
    }

    private static Runnable match(Node norm, Types types) {
        Node sum = isOverLastAxis(norm, types) ? Match.producer(norm.input(0), "Add") : null;
        if (sum == null || !hasKernelFor(norm, types)) {
            return null;
        }
        Value x = sum.input(0);
        Value skip = sum.input(1);
        int rank = types.rank(x);
        if (!types.sameShape(x, skip) || rank < 2 || rank > 3) {
            return null;
        }
        Group group = new Group();
        group.add(norm);
        group.add(sum);
        Value total = sum.output(0);
        boolean isTotalRead = !Match.isReadOnce(total);
        for (Value each : new Value[] {x, skip}) {
            Node biased = Match.soleProducer(each, "Add");
            for (int i = 0; i < 2 && biased != null; i++) {
                Value bias = biased.input(1 - i);
                if (Vectors.isVector(bias)
                        && Vectors.length(bias) == types.dim(x, -1).length()
                        && types.sameShape(biased.input(i), each)) {
                    group.add(biased);
                    Value from = biased.input(i);
                    Value other = each == x ? skip : x;
                    return () -> replace(norm, from, other, bias, isTotalRead ? total : null);
                }
            }
        }
        return () -> replace(norm, x, skip, null, isTotalRead ? total : null);
    }

    private static boolean isOverLastAxis(Node norm, Types types) {
        if (!Match.is(
                        norm,
                        "LayerNormalization",
                        "RMSNormalization",
                        "SimplifiedLayerNormalization")
                || !Match.usesFirstOutputOnly(norm)) {
            return false;
        }
        long axis = norm.intAttribute("axis", -1);
        return axis == -1 || axis == types.rank(norm.input(0)) - 1;
    }

    private static boolean hasKernelFor(Node norm, Types types) {
        DataType type = types.element(norm.input(0));
        Value scale = norm.input(1);
        return (type == DataType.FLOAT || type == DataType.FLOAT16)
                && Vectors.isVector(scale)
                && Vectors.type(scale) == type
                && Vectors.length(scale) == types.dim(norm.input(0), -1).length();
    }

    /**
     * @param bias null if none is added
     * @param total null if nobody else reads it
     */
    private static void replace(Node norm, Value x, Value skip, Value bias, Value total) {
        boolean simplified = !norm.opType().equals("LayerNormalization");
        Value flat = bias == null ? null : Vectors.flat(bias);
        Value scale = Vectors.flat(norm.input(1));
        List<Value> inputs =
                simplified
                        ? Arrays.asList(x, skip, scale, flat)
                        : Arrays.asList(x, skip, scale, norm.input(2), flat);
        int given = inputs.size();
        while (inputs.get(given - 1) == null) {
            given--;
        }
        List<Value> results =
                total == null
                        ? List.of(norm.output(0))
                        : Arrays.asList(norm.output(0), null, null, total);
        float epsilon = norm.floatAttribute("epsilon", 1e-5f);
        String operator =
                simplified ? "SkipSimplifiedLayerNormalization" : "SkipLayerNormalization";
        Group.replace(norm, Fusion.MICROSOFT, operator, inputs.subList(0, given), results)
                .set(Attribute.ofFloat("epsilon", epsilon));
    }
}
