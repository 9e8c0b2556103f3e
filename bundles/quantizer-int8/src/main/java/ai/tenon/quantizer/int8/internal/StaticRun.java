package ai.tenon.quantizer.int8.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One model on its way through {@link StaticScheme}. */
final class StaticRun {
    private static final String NOT_FINITE_ACTIVATIONS =
            "its activations contain NaN or infinite values";

    private final Model model;
    private final StaticSettings settings;
    private final Optional<Calibration> calibration;
    private final CompileMonitor monitor;
    private final Map<String, float[]> ranges = new HashMap<>();
    private final Map<String, String> statistics = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<Layer, String> kept = new LinkedHashMap<>();

    StaticRun(
            Model model,
            StaticSettings settings,
            Optional<Calibration> calibration,
            CompileMonitor monitor) {
        this.model = model;
        this.settings = settings;
        this.calibration = calibration;
        this.monitor = monitor;
    }

    QuantizationResult quantize() throws BackendException {
        smooth();
        List<Layer> layers = Layers.of(model);
        notes.addAll(settings.excluded().unmatched(layers));
        for (Layer layer : layers) {
            String reason = reason(layer);
            if (!reason.isEmpty()) {
                kept.put(layer, reason);
            }
        }
        Placement placement = place(layers);
        Model exact = settings.biasCorrection() ? model.copy() : null;
        LayerLog log = new LayerLog();
        List<QuantizedNode> written = write(layers, placement, log);
        if (settings.biasCorrection()) {
            BiasCorrection correction = new BiasCorrection(exact, model, written);
            if (settings.biases().isEmpty()) {
                correction.run(required(), monitor);
            }
            notes.addAll(correction.notes());
            correction
                    .corrected()
                    .forEach(
                            (id, bias) ->
                                    statistics.put(StaticSettings.BIAS + id, Settings.text(bias)));
        }
        return new QuantizationResult(log.layers(), statistics, notes);
    }

    private void smooth() throws BackendException {
        if (settings.smooth().isEmpty()) {
            return;
        }
        List<Layer> open =
                Layers.of(model).stream().filter(layer -> reason(layer).isEmpty()).toList();
        Smoothing smoothing = new Smoothing(model, open);
        Map<String, float[]> factors = settings.smoothing();
        if (factors.isEmpty()) {
            factors = smoothing.find(settings.smooth().get(), required());
        }
        smoothing.apply(factors);
        factors.forEach(
                (value, numbers) ->
                        statistics.put(StaticSettings.SMOOTH + value, Settings.text(numbers)));
    }

    private String reason(Layer layer) {
        Node node = layer.node();
        String reason = settings.excluded().reason(layer);
        if (reason.isEmpty() && !settings.operators().contains(node.opType())) {
            reason = node.opType() + " is not among the operators to quantize";
        }
        if (reason.isEmpty()) {
            reason = Obstacles.of(layer);
        }
        if (reason.isEmpty() && node.opType().equals("Gemm")) {
            reason = Obstacles.ofGemm(layer);
        }
        if (reason.isEmpty() && WeightCodes.ranges(new Slices(layer.weights(), -1)).isEmpty()) {
            reason = Obstacles.NOT_FINITE;
        }
        return reason;
    }

    /** Places quantizations until all of them have a range. */
    private Placement place(List<Layer> layers) throws BackendException {
        Set<Value> blocked = new HashSet<>();
        while (true) {
            List<Layer> open =
                    layers.stream()
                            .filter(layer -> !kept.containsKey(layer))
                            .filter(layer -> !layer.node().opType().equals("Gather"))
                            .toList();
            Placement placement =
                    new Placement(model.graph().nodes(), open, settings.operators(), blocked);
            findRanges(placement);
            Set<Value> bad = new HashSet<>();
            for (Value root : placement.roots().values()) {
                if (Float.isNaN(ranges.get(root.name())[0])) {
                    bad.add(root);
                }
            }
            if (bad.isEmpty()) {
                for (Layer layer : open) {
                    if (!placement.layers().contains(layer)) {
                        kept.put(layer, NOT_FINITE_ACTIVATIONS);
                    }
                }
                return placement;
            }
            blocked.addAll(bad);
        }
    }

    private void findRanges(Placement placement) throws BackendException {
        Set<String> missing = new HashSet<>();
        for (Value root : placement.roots().values()) {
            String name = root.name();
            if (Match.producer(root, "Softmax", "Sigmoid", "HardSigmoid") != null) {
                ranges.put(name, new float[] {0, 1});
            } else if (settings.ranges().containsKey(name)) {
                ranges.put(name, replayed(name));
            } else if (!ranges.containsKey(name)) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            if (calibration.isEmpty() && !settings.ranges().isEmpty()) {
                throw new IllegalArgumentException(
                        "int8-static: no setting "
                                + StaticSettings.RANGE
                                + missing.iterator().next()
                                + ", and no calibration data to find it with");
            }
            ranges.putAll(settings.calibration().find(model, missing, required(), monitor));
        }
    }

    private float[] replayed(String name) {
        float[] range = settings.ranges().get(name);
        if (range.length != 2 || range[0] > range[1]) {
            throw new IllegalArgumentException(
                    "int8-static: "
                            + StaticSettings.RANGE
                            + name
                            + "="
                            + Settings.text(range)
                            + ", but it has to be the lowest and the highest value");
        }
        return range;
    }

    private Calibration required() {
        return calibration.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                "int8-static needs calibration data, or the statistics of an"
                                        + " earlier calibration as settings"));
    }

    private List<QuantizedNode> write(List<Layer> layers, Placement placement, LayerLog log)
            throws BackendException {
        Map<Value, Affine> affine = new HashMap<>();
        for (Value root : placement.roots().values()) {
            float[] range = ranges.get(root.name());
            affine.put(root, Affine.asymmetric(range[0], range[1], settings.activations()));
            if (Match.producer(root, "Softmax", "Sigmoid", "HardSigmoid") == null) {
                statistics.put(StaticSettings.RANGE + root.name(), Settings.text(range));
            }
        }
        QdqWriter qdq = new QdqWriter(model.graph());
        LayerWriter writer =
                new LayerWriter(model.graph(), qdq, settings.weights(), settings.biasCorrection());
        EmbeddingTables tables = new EmbeddingTables();
        List<QuantizedNode> written = new ArrayList<>();
        List<Node> inBlocks = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            monitor.check();
            Layer layer = layers.get(i);
            monitor.progress("int8-static: " + layer.id(), (double) i / layers.size());
            if (kept.containsKey(layer)) {
                log.kept(layer, kept.get(layer));
            } else if (layer.node().opType().equals("Gather")) {
                tables.quantize(layer, log);
            } else {
                if (settings.weights().inBlocks(layer)) {
                    inBlocks.add(layer.node());
                }
                Affine input = affine.get(placement.roots().get(layer.node().input(0)));
                written.add(writer.write(layer, input, settings.biases().get(layer.id()), log));
            }
        }
        for (Node node : placement.joined()) {
            for (int i = 0; i < node.inputs().size(); i++) {
                if (Placement.OWN_RANGE.contains(node.opType())
                        && Placement.isConstant(node.input(i))) {
                    qdq.constant(node, i, settings.activations());
                }
            }
        }
        placement
                .roots()
                .forEach(
                        (value, root) ->
                                qdq.activation(
                                        value,
                                        root,
                                        affine.get(root),
                                        reader -> placement.keepsExact(value, reader)));
        kept.keySet().forEach(layer -> Guard.protect(layer.node()));
        inBlocks.forEach(Guard::protectBlocks);
        model.graph().sort();
        return written;
    }
}
