package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.LoweringException;
import ai.tenon.cpu.internal.plan.Weights;
import ai.tenon.cpu.internal.rules.Operators;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out which nodes the backend runs: by their operators, and where shapes are known by
 * lowering.
 */
final class Support {
    private Support() {}

    static SupportReport report(ModelSource source, Engine engine, Preparations preparations)
            throws BackendException {
        Model model = source.model();
        Signature signature;
        Prepared prepared;
        try {
            signature = Signature.of(model);
            prepared = new Prepared(model);
        } catch (BackendException e) {
            if (e.errorClass() == ErrorClass.FALLBACK) {
                return SupportReport.refused(e.getMessage());
            }
            throw e;
        }
        Map<Node, String> unsupported = new LinkedHashMap<>();
        long[][] shapes = Shapes.declared(signature, CompileOptions.builder().build());
        // without shapes nothing is lowered here, and preparing it puts in nothing unknown
        if (shapes != null || !unknown(prepared.raised()).isEmpty()) {
            Model whole = prepared.model(CompileMonitor.SILENT);
            for (Node node : unknown(whole)) {
                String reason = "the cpu backend has no operator " + node.qualifiedType();
                blame(outermost(node), reason, model, unsupported);
            }
            if (unsupported.isEmpty() && shapes != null) {
                tryLowering(source, engine, shapes, whole, unsupported);
            }
        }
        if (unsupported.isEmpty()) {
            preparations.keep(source, prepared);
        }
        return new SupportReport(unsupported, "");
    }

    /** Nodes whose operators have no rule. */
    private static List<Node> unknown(Model model) {
        return Rewrite.graphs(model).stream()
                .flatMap(graph -> graph.nodes().stream())
                .filter(node -> !Operators.RULES.knows(node.qualifiedType()))
                .toList();
    }

    private static void tryLowering(
            ModelSource source,
            Engine engine,
            long[][] shapes,
            Model prepared,
            Map<Node, String> unsupported)
            throws BackendException {
        if (Controls.of(prepared).length > 0) {
            return;
        }
        try {
            Plans.lower(
                    source.name(),
                    engine,
                    prepared,
                    shapes,
                    new int[0],
                    new Tensor[0],
                    Weights.dry(engine).hold(),
                    new Lowering.Options(false, true));
        } catch (BackendException e) {
            Node node =
                    e.getCause() instanceof LoweringException cause && cause.node() != null
                            ? cause.node()
                            : source.model().graph().nodes().get(0);
            String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            blame(node, reason, source.model(), unsupported);
        }
    }

    /** The node of the model's own graph in which a node of a subgraph is. */
    private static Node outermost(Node node) {
        Node outer = node;
        while (outer.graph().owner() != null) {
            outer = outer.graph().owner();
        }
        return outer;
    }

    /** The node of the model as it came that computes what a node of the prepared one does. */
    private static void blame(
            Node node, String reason, Model model, Map<Node, String> unsupported) {
        for (Value output : node.outputs()) {
            Value same = output == null ? null : model.graph().value(output.name());
            if (same != null && same.producer() != null) {
                unsupported.put(same.producer(), reason);
                return;
            }
        }
        for (Node candidate : model.graph().nodes()) {
            if (candidate.qualifiedType().equals(node.qualifiedType())) {
                unsupported.put(candidate, reason);
                return;
            }
        }
        unsupported.put(model.graph().nodes().get(0), node.label() + ": " + reason);
    }
}
