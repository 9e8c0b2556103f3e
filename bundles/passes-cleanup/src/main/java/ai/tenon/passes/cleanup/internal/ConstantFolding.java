package ai.tenon.passes.cleanup.internal;

import ai.tenon.backend.Backend;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.model.ModelFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Computes what depends on constants alone, with the backend {@code reference}, and turns {@code
 * Constant} nodes into initializers. Leaves alone what is random, what would make the model much
 * larger, and what keeps weights small: DequantizeLinear, and the Cast of weights of sixteen bits.
 */
@Component
public final class ConstantFolding implements GraphPass {
    private static final String EVALUATOR = "reference";

    private final ModelFormat format;
    private final List<Backend> backends = new CopyOnWriteArrayList<>();

    @Activate
    public ConstantFolding(@Reference(target = "(ai.tenon.format=onnx)") ModelFormat format) {
        this.format = format;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindBackend(Backend backend) {
        if (backend.description().name().equals(EVALUATOR)) {
            backends.add(backend);
        }
    }

    public void unbindBackend(Backend backend) {
        backends.remove(backend);
    }

    @Override
    public String name() {
        return "constant-folding";
    }

    @Override
    public Stage stage() {
        return Stage.CLEANUP;
    }

    @Override
    public double tolerance() {
        return 1e-6;
    }

    @Override
    public Set<String> after() {
        return Set.of("fixed-initializers", "shape-folding", "dropout-removal");
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        List<String> notes = new ArrayList<>();
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                changes += Match.is(node, "Constant") && makeInitializer(node) ? 1 : 0;
            }
        }
        if (changes > 0) {
            notes.add("Constant nodes made initializers: " + changes);
        }
        List<Value> constant = new Foldable(model).values();
        if (!constant.isEmpty() && backends.isEmpty()) {
            notes.add("constant folding needs the backend " + EVALUATOR + ", which is not here");
        } else if (!constant.isEmpty()) {
            Evaluation evaluation = new Evaluation(backends.get(0), format, model);
            int folded = 0;
            for (Map.Entry<Value, Tensor> each : evaluation.run(constant, notes).entrySet()) {
                folded +=
                        Growth.isSmall(each.getKey(), each.getValue())
                                        && Folding.replace(each.getKey(), each.getValue())
                                ? 1
                                : 0;
            }
            changes += folded;
            if (folded > 0) {
                notes.add("constant values computed: " + folded);
            }
        }
        return new PassResult(changes, notes);
    }

    private static boolean makeInitializer(Node node) {
        Tensor contents = Constants.tensor(node.output(0));
        return contents != null && Folding.replace(node.output(0), contents);
    }
}
