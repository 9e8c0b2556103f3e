package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.core.internal.placement.Network.Group;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.management.PlacedNode;
import ai.tenon.model.ModelFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes parts of a model, each a model of its own with all types that are known. */
final class PartSources {
    private final ModelSource whole;
    private final Model model;
    private final ModelFormat format;
    private final ShapeInference types;

    PartSources(ModelSource whole, ModelFormat format, ShapeInference types)
            throws BackendException {
        this.whole = whole;
        this.model = whole.model();
        this.format = format;
        this.types = types;
    }

    /**
     * @param which as in {@code 2 of 3}
     */
    Made make(List<Group> groups, String which) throws BackendException {
        Set<Node> wanted = new HashSet<>();
        Map<Node, Group> placed = new HashMap<>();
        for (Group group : groups) {
            wanted.addAll(group.members());
            group.nodes().forEach(node -> placed.put(node, group));
        }
        List<String> identity = new ArrayList<>(List.of(whole.sha256(), "part"));
        List<Node> all = model.graph().nodes();
        for (int i = 0; i < all.size(); i++) {
            if (wanted.contains(all.get(i))) {
                identity.add(Integer.toString(i));
            }
        }
        List<Node> nodes = all.stream().filter(wanted::contains).toList();
        Model part = model.part(nodes);
        for (Value value : part.graph().values()) {
            value.setType(types.type(model.graph().value(value.name())));
        }
        return new Made(
                nodes,
                placed,
                ModelSource.ofModel(
                        whole.name() + ", part " + which,
                        ModelSource.identity(identity),
                        part,
                        format));
    }

    /**
     * A part.
     *
     * @param nodes the model's nodes that are in it, in the order of its own
     * @param placed the groups of those that are placed; the others go along with them
     */
    record Made(List<Node> nodes, Map<Node, Group> placed, ModelSource source) {

        /** Which nodes run here, and why not on backends that are preferred to this one. */
        List<PlacedNode> shown(List<Support> preferred) {
            return nodes.stream()
                    .filter(placed::containsKey)
                    .map(node -> new PlacedNode(node.label(), why(preferred, placed.get(node))))
                    .toList();
        }

        private static String why(List<Support> preferred, Group group) {
            return preferred.stream()
                    .map(support -> Cut.why(support, group))
                    .collect(Collectors.joining("; "));
        }

        /** Notes what a backend does not run, now that it has seen this part by itself. */
        void note(SupportReport report, Support support) throws BackendException {
            if (!report.modelReason().isEmpty()) {
                nodes.forEach(node -> support.miss(node, report.modelReason()));
                return;
            }
            List<Node> own = source.model().graph().nodes();
            Map<Node, Node> originals = new HashMap<>();
            for (int i = 0; i < own.size(); i++) {
                originals.put(own.get(i), nodes.get(i));
            }
            report.unsupported()
                    .forEach(
                            (node, reason) -> {
                                Node original = originals.get(Support.topmost(node));
                                if (original == null) {
                                    nodes.forEach(any -> support.miss(any, reason));
                                } else {
                                    support.miss(original, reason);
                                }
                            });
        }
    }
}
