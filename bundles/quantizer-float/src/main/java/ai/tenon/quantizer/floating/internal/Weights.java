package ai.tenon.quantizer.floating.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The FLOAT weights of a model: initializers of some size, each belonging to the first node that
 * reads it.
 */
final class Weights {
    /** Fewer elements are not worth an operator that turns them back. */
    private static final int FEWEST = 256;

    private final Half half;
    private final QuantizationScheme scheme;
    private final Map<Node, List<Value>> owned = new LinkedHashMap<>();
    private final Map<Value, String> obstacles = new HashMap<>();

    Weights(Model model, Half half, QuantizationScheme scheme) {
        this.half = half;
        this.scheme = scheme;
        Graph graph = model.graph();
        Set<Value> inputs = new HashSet<>(graph.inputs());
        Map<Node, List<Value>> byReader = new HashMap<>();
        for (Value value : graph.initializers()) {
            if (value.constant() instanceof Tensor tensor
                    && tensor.type() == DataType.FLOAT
                    && tensor.size() >= FEWEST
                    && !value.uses().isEmpty()) {
                byReader.computeIfAbsent(value.uses().get(0), key -> new ArrayList<>()).add(value);
                obstacles.put(value, obstacle(value, tensor, inputs.contains(value)));
            }
        }
        graph.nodes().forEach(node -> own(node, byReader));
        // what only nodes of subgraphs read
        byReader.forEach(owned::put);
    }

    private void own(Node node, Map<Node, List<Value>> byReader) {
        List<Value> values = byReader.remove(node);
        if (values != null) {
            owned.put(node, values);
        }
    }

    private String obstacle(Value value, Tensor tensor, boolean isInput) {
        if (isInput || value.isGraphOutput()) {
            return "callers see its weights: they are an input or an output of the model";
        }
        return value.uses().stream()
                .map(this::excluded)
                .filter(reason -> !reason.isEmpty())
                .findFirst()
                .orElseGet(() -> half.obstacle(tensor));
    }

    /** Why the scheme wants a node left as it is; empty if it does not. */
    String excluded(Node node) {
        boolean named =
                node.outputs().stream()
                        .anyMatch(
                                output ->
                                        output != null
                                                && scheme.list(QuantizationScheme.EXCLUDE)
                                                        .contains(output.name()));
        return named
                ? "excluded by name"
                : scheme.list(QuantizationScheme.EXCLUDE_CLASSES).contains(layerClass(node))
                        ? "its class is excluded"
                        : "";
    }

    /** Weights that can be stored in half the size. */
    Set<Value> convertible() {
        Set<Value> values = new LinkedHashSet<>();
        owned.values()
                .forEach(
                        each ->
                                each.stream()
                                        .filter(value -> obstacles.get(value).isEmpty())
                                        .forEach(values::add));
        return values;
    }

    /** Why a weight stays as it is; empty if it need not. */
    String obstacle(Value value) {
        return obstacles.getOrDefault(value, "");
    }

    /** What becomes of the layers, in the model's order; to be asked before anything is changed. */
    List<QuantizedLayer> reports(Set<Node> computed) {
        List<QuantizedLayer> reports = new ArrayList<>();
        owned.forEach((node, values) -> reports.add(report(node, values, computed.contains(node))));
        return reports;
    }

    private QuantizedLayer report(Node node, List<Value> values, boolean isComputed) {
        long before = 0;
        long after = 0;
        String reason = "";
        for (Value value : values) {
            long bytes = ((Tensor) value.constant()).byteSize();
            String obstacle = obstacles.get(value);
            before += bytes;
            after += obstacle.isEmpty() ? bytes / 2 : bytes;
            reason = reason.isEmpty() ? obstacle : reason;
        }
        String treatment =
                after == before
                        ? ""
                        : isComputed
                                ? "computes in " + half.scheme()
                                : "weights stored in " + half.scheme();
        Tensor first = (Tensor) values.get(0).constant();
        Optional<Layer> layer = Layers.of(node);
        return new QuantizedLayer(
                node.output(0).name(),
                node.name(),
                layerClass(node),
                treatment,
                treatment.isEmpty() ? reason : "",
                layer.map(Layer::length)
                        .orElseGet(() -> first.rank() == 0 ? 1 : first.dim(first.rank() - 1)),
                before,
                after);
    }

    private static String layerClass(Node node) {
        return Layers.of(node).map(Layer::layerClass).orElse(node.opType());
    }
}
