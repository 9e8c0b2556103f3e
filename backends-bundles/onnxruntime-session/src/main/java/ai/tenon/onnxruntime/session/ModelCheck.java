package ai.tenon.onnxruntime.session;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What ONNX Runtime's CPU provider surely refuses, without asking it: operators of domains it does
 * not know, and inputs and outputs that its Java API cannot pass. All else is known when the
 * session is made.
 */
public final class ModelCheck {
    private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");

    private final Set<String> functions = new HashSet<>();

    private ModelCheck(Model model) {
        for (Function function : model.functions()) {
            functions.add(key(function.domain(), function.name()));
        }
    }

    /**
     * @throws BackendException if the model cannot be read
     */
    public static SupportReport report(ModelSource source) throws BackendException {
        Model model = source.model();
        Signature signature;
        try {
            signature = Signature.of(model);
        } catch (BackendException e) {
            return SupportReport.refused(e.getMessage());
        }
        Optional<String> refusal = refusal(signature);
        return refusal.isPresent()
                ? SupportReport.refused(refusal.get())
                : new ModelCheck(model).nodes(model);
    }

    private static Optional<String> refusal(Signature signature) {
        for (TensorSpec input : signature.inputs()) {
            if (!JavaTypes.canBeInput(input.type())) {
                return Optional.of(
                        "input " + input + " has a type that ONNX Runtime's Java API cannot pass");
            }
        }
        for (TensorSpec output : signature.outputs()) {
            if (!JavaTypes.canBeOutput(output.type())) {
                return Optional.of(
                        "output "
                                + output
                                + " has a type that ONNX Runtime's Java API cannot read");
            }
        }
        return Optional.empty();
    }

    private SupportReport nodes(Model model) {
        Map<Node, String> unsupported = new LinkedHashMap<>();
        for (Node node : model.graph().nodes()) {
            stranger(node).ifPresent(reason -> unsupported.put(node, reason));
        }
        for (Function function : model.functions()) {
            for (Node node : function.body().nodes()) {
                stranger(node).ifPresent(reason -> unsupported.put(node, reason));
            }
        }
        return new SupportReport(unsupported, "");
    }

    /** Why a node, or one in its subgraphs, is of no known domain; empty if all are. */
    private Optional<String> stranger(Node node) {
        if (!DOMAINS.contains(node.domain())
                && !functions.contains(key(node.domain(), node.opType()))) {
            return Optional.of(
                    node.qualifiedType()
                            + " is of a domain that ONNX Runtime does not know, and the model"
                            + " brings no function for it");
        }
        for (Attribute attribute : node.attributes()) {
            for (Graph subgraph : attribute.graphs()) {
                for (Node inner : subgraph.nodes()) {
                    Optional<String> reason = stranger(inner);
                    if (reason.isPresent()) {
                        return reason;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static String key(String domain, String name) {
        return domain + "::" + name;
    }
}
