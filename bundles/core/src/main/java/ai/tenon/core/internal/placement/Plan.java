package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.Signature;
import ai.tenon.graph.Model;
import ai.tenon.management.PlacedNode;
import ai.tenon.management.PlacedPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which backend runs which part of a model. */
public final class Plan {
    private final Signature signature;
    private final List<Part> parts;

    /**
     * A part of the model.
     *
     * @param nodes what is shown of it; empty for a whole model
     */
    record Part(Candidate backend, ModelSource source, List<PlacedNode> nodes) {}

    private Plan(Signature signature, List<Part> parts) {
        this.signature = signature;
        this.parts = List.copyOf(parts);
    }

    static Plan whole(Candidate backend, ModelSource source) {
        return new Plan(null, List.of(new Part(backend, source, List.of())));
    }

    static Plan cut(Model model, List<Part> parts) throws BackendException {
        return new Plan(Signature.of(model), parts);
    }

    /** True if the model is cut; false if one backend runs the original. */
    public boolean isCut() {
        return signature != null;
    }

    List<Part> parts() {
        return parts;
    }

    /** Those that run a part, each once, in the order in which they run first. */
    public List<Candidate> backends() {
        return parts.stream().map(Part::backend).distinct().toList();
    }

    /** What runs where, node by node; empty if the model is not cut. */
    public List<PlacedPart> shown() {
        return isCut()
                ? parts.stream()
                        .map(part -> new PlacedPart(part.backend().label(), part.nodes()))
                        .toList()
                : List.of();
    }

    /** The same in a line. */
    public String summary() {
        if (!isCut()) {
            return "";
        }
        Map<Candidate, List<PlacedNode>> nodes = new LinkedHashMap<>();
        for (Part part : parts) {
            nodes.computeIfAbsent(part.backend(), b -> new ArrayList<>()).addAll(part.nodes());
        }
        return parts.size()
                + " parts: "
                + nodes.entrySet().stream()
                        .map(entry -> summary(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining("; "));
    }

    private static String summary(Candidate backend, List<PlacedNode> nodes) {
        List<PlacedNode> moved = nodes.stream().filter(node -> !node.why().isEmpty()).toList();
        String count =
                backend.label() + " " + nodes.size() + (nodes.size() == 1 ? " node" : " nodes");
        if (moved.isEmpty()) {
            return count;
        }
        return count
                + " ("
                + moved.get(0).node()
                + ", "
                + moved.get(0).why()
                + (moved.size() > 1 ? "; and " + (moved.size() - 1) + " more" : "")
                + ")";
    }

    /**
     * Compiles all parts.
     *
     * @throws PlacementException if one cannot be compiled, with the reason as its cause; nothing
     *     is left behind
     */
    public Executable compile(CompileOptions options, CompileMonitor monitor)
            throws PlacementException {
        if (isCut()) {
            return CutExecutable.compile(signature, parts, options, monitor);
        }
        Part only = parts.get(0);
        try {
            return only.backend().backend().compile(only.source(), options, monitor);
        } catch (BackendException | RuntimeException | Error e) {
            throw new PlacementException(only.backend(), false, e);
        }
    }
}
