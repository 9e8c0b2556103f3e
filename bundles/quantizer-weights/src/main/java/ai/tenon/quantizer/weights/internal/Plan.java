package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.quantize.QuantizationScheme;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which layers of a model are quantized, which not, and why. */
final class Plan {
    private final Graph graph;
    private final QuantizationScheme scheme;
    private final Settings settings;
    private final List<Layer> layers;
    private final Map<Layer, String> kept = new LinkedHashMap<>();
    private final Map<List<Object>, List<Layer>> groups = new LinkedHashMap<>();

    Plan(Model model, QuantizationScheme scheme, Settings settings) {
        this.graph = model.graph();
        this.scheme = scheme;
        this.settings = settings;
        this.layers = Layers.of(model);
        for (Layer layer : layers) {
            String reason = reason(layer);
            if (reason.isEmpty()) {
                groups.computeIfAbsent(
                                List.of(layer.weight(), layer.channelAxis()),
                                key -> new ArrayList<>())
                        .add(layer);
            } else {
                kept.put(layer, reason);
            }
        }
        groups.values().removeIf(this::isReadElsewhere);
    }

    /** All layers, in the model's order. */
    List<Layer> layers() {
        return layers;
    }

    /** Why layers stay as they are. */
    Map<Layer, String> kept() {
        return kept;
    }

    /** Those to be quantized: layers that read the same weights together. */
    List<List<Layer>> groups() {
        return List.copyOf(groups.values());
    }

    /** What was asked for that the model does not have. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        Set<String> ids = new TreeSet<>(scheme.list(QuantizationScheme.EXCLUDE));
        Set<String> classes = new TreeSet<>(scheme.list(QuantizationScheme.EXCLUDE_CLASSES));
        layers.forEach(layer -> ids.remove(layer.id()));
        layers.forEach(layer -> classes.remove(layer.layerClass()));
        ids.forEach(id -> notes.add("The model has no layer '" + id + "' to exclude."));
        classes.forEach(
                name -> notes.add("The model has no layer of class '" + name + "' to exclude."));
        return notes;
    }

    /** Why a layer is to stay as it is; empty if it is not. */
    private String reason(Layer layer) {
        if (scheme.list(QuantizationScheme.EXCLUDE).contains(layer.id())) {
            return "excluded by name";
        }
        if (scheme.list(QuantizationScheme.EXCLUDE_CLASSES).contains(layer.layerClass())) {
            return "its class is excluded";
        }
        String operator = layer.node().opType();
        if (operator.startsWith("Conv") && !settings.convolutions()) {
            return "convolutions lose too much with so few bits; conv=true quantizes them too";
        }
        if (operator.equals("Gather")) {
            if (settings.embeddingBits() == 0) {
                return "an embedding table; embeddings=int8 or int4 quantizes it";
            }
            if (layer.weights().rank() != 2) {
                return "an embedding table whose entries are no vectors";
            }
        } else if (layer.length() < settings.minLength()) {
            return "K is below " + settings.minLength() + ", too short to gain anything";
        }
        if (graph.inputs().contains(layer.weight())) {
            return "its weights are an input, which callers may replace";
        }
        return new WeightMatrix(layer).isFinite()
                ? ""
                : "its weights are not finite: there are NaN or infinities among them";
    }

    /** Weights that somebody else reads too would have to stay: nothing would be saved. */
    private boolean isReadElsewhere(List<Layer> group) {
        Value weight = group.get(0).weight();
        Set<Node> readers = new HashSet<>(weight.uses());
        group.forEach(layer -> readers.remove(layer.node()));
        if (readers.isEmpty() && !weight.isGraphOutput()) {
            return false;
        }
        String reader = readers.isEmpty() ? "the caller" : readers.iterator().next().label();
        group.forEach(
                layer ->
                        kept.put(
                                layer,
                                "its weights are also read by " + reader + ", which needs them"));
        return true;
    }
}
