package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendDescription.CompileMode;
import ai.tenon.backend.BackendDescription.PartitionPolicy;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What one backend says of the nodes of a model's graph; a node with subgraphs is one node. */
final class Support {
    private final Candidate candidate;
    private final SupportReport report;
    private final Map<Node, String> missing = new HashMap<>();
    private String refusal;

    private Support(Candidate candidate, SupportReport report) {
        this.candidate = candidate;
        this.report = report;
        this.refusal = report.modelReason();
    }

    /**
     * Asks the backend.
     *
     * @throws BackendException if it cannot read the model
     */
    static Support of(Candidate candidate, ModelSource source) throws BackendException {
        Support support = new Support(candidate, candidate.backend().support(source));
        if (candidate.description().compileMode() != CompileMode.ONLINE) {
            support.refusal = "it compiles no parts of models, being no online compiler";
        }
        if (support.report.unsupported().isEmpty()) {
            return support;
        }
        Graph graph = source.model().graph();
        support.report
                .unsupported()
                .forEach(
                        (node, reason) -> {
                            Node top = topmost(node);
                            if (top.graph() == graph) {
                                support.miss(top, reason);
                            } else {
                                support.refusal = "in a function, " + node.label() + ": " + reason;
                            }
                        });
        return support;
    }

    /** The node of the outermost graph that holds this one. */
    static Node topmost(Node node) {
        Node top = node;
        while (top.graph().owner() != null) {
            top = top.graph().owner();
        }
        return top;
    }

    Candidate candidate() {
        return candidate;
    }

    /** What it said of the whole model. */
    SupportReport report() {
        return report;
    }

    /** Why it takes no part of the model at all; empty if it takes some. */
    String refusal() {
        return refusal;
    }

    /** Notes that it does not run a node. */
    void miss(Node node, String reason) {
        missing.putIfAbsent(node, reason);
    }

    /** Why it does not run all of these nodes; empty if it does. */
    Optional<String> missing(Iterable<Node> nodes) {
        for (Node node : nodes) {
            String reason = missing.get(node);
            if (reason != null) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    boolean runs(Iterable<Node> nodes) {
        return missing(nodes).isEmpty();
    }

    /** True if what it gets has to be one part from the start of the graph. */
    boolean isSingleCut() {
        return candidate.description().partitionPolicy() == PartitionPolicy.SINGLE_CUT;
    }
}
