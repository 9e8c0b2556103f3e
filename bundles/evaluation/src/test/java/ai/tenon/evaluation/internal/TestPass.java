package ai.tenon.evaluation.internal;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** A pass that does what a test wants. */
public record TestPass(
        String name,
        Stage stage,
        Set<String> after,
        Set<String> settings,
        BiFunction<Model, Map<String, String>, Integer> work)
        implements GraphPass {

    /** A pass without settings and wishes. */
    public static TestPass of(
            String name, Stage stage, BiFunction<Model, Map<String, String>, Integer> work) {
        return new TestPass(name, stage, Set.of(), Set.of(), work);
    }

    /** Removes one Identity at a time. */
    public static TestPass identity() {
        return of("identity", Stage.CLEANUP, (model, settings) -> removeIdentity(model));
    }

    /** Doubles the first initializer, once: what it is not allowed to do. */
    public static TestPass wrong(Stage stage) {
        return of(
                "wrong",
                stage,
                (model, settings) -> {
                    if (model.metadata().put("doubled", "yes") != null) {
                        return 0;
                    }
                    Value weight = model.graph().initializers().get(0);
                    float[] values = ((Tensor) weight.constant()).toFloats();
                    for (int i = 0; i < values.length; i++) {
                        values[i] *= 2;
                    }
                    model.graph()
                            .setConstant(
                                    weight,
                                    Tensor.ofFloats(values, ((Tensor) weight.constant()).shape()));
                    return 1;
                });
    }

    /** Changes a node's documentation, once: a place rewritten, and nothing that matters. */
    public static TestPass harmless(String name, Stage stage) {
        return of(name, stage, (model, settings) -> model.metadata().put(name, "") == null ? 1 : 0);
    }

    private static int removeIdentity(Model model) {
        for (Node node : model.graph().nodes()) {
            if (node.opType().equals("Identity")) {
                model.graph().replaceUses(node.output(0), node.input(0));
                model.graph().remove(node);
                return 1;
            }
        }
        return 0;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> given) {
        return new PassResult(work.apply(model, given), List.of());
    }
}
