package ai.tenon.backend;

import ai.tenon.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which nodes of a model a backend does not run, and why; all others it runs.
 *
 * @param unsupported the nodes with their reasons, each a sentence without the node's name
 * @param modelReason why the model as a whole is refused whatever its nodes; empty if it is not
 */
public record SupportReport(Map<Node, String> unsupported, String modelReason) {
    /** Everything is supported. */
    public static final SupportReport ALL = new SupportReport(Map.of(), "");

    public SupportReport {
        unsupported = Map.copyOf(unsupported);
    }

    /** The model as a whole is refused. */
    public static SupportReport refused(String reason) {
        return new SupportReport(Map.of(), reason);
    }

    /** True if the backend runs the whole model. */
    public boolean isComplete() {
        return unsupported.isEmpty() && modelReason.isEmpty();
    }

    /** What is unsupported and why, a line each, sorted. */
    public List<String> reasons() {
        return modelReason.isEmpty()
                ? unsupported.entrySet().stream()
                        .map(entry -> entry.getKey().label() + ": " + entry.getValue())
                        .sorted()
                        .collect(Collectors.toList())
                : List.of(modelReason);
    }
}
