package ai.tenon.quantizer.int8.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.quantize.Calibration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Moves what makes channels of activations uneven into the weights that they meet (Xiao et al.,
 * SmoothQuant, 2022): channel j is divided by {@code s = max|X_j|^alpha / max|W_j|^(1 - alpha)} and
 * row j of the weights multiplied by it. The division goes into the scale of a LayerNormalization
 * or of a product before the layers where nobody else reads its result, else into a Mul. The model
 * computes the same as before.
 */
final class Smoothing {
    private static final double LARGEST = 1e4;

    private final Model model;
    private final Map<Value, List<Layer>> groups = new LinkedHashMap<>();

    /**
     * @param layers those that are to be quantized
     */
    Smoothing(Model model, List<Layer> layers) {
        this.model = model;
        for (Layer layer : layers) {
            if (Match.is(layer.node(), "MatMul", "Gemm")) {
                groups.computeIfAbsent(layer.node().input(0), key -> new ArrayList<>()).add(layer);
            }
        }
        groups.values().removeIf(group -> !ownsItsWeights(group));
    }

    private static boolean ownsItsWeights(List<Layer> group) {
        Set<Node> nodes = new HashSet<>();
        group.forEach(layer -> nodes.add(layer.node()));
        return group.stream()
                .allMatch(
                        layer ->
                                !layer.weight().isGraphOutput()
                                        && nodes.containsAll(layer.weight().uses()));
    }

    /**
     * Finds the factors over samples.
     *
     * @return by the name of the activation
     */
    Map<String, float[]> find(double alpha, Calibration calibration) throws BackendException {
        Probe probe = new Probe(model);
        Map<String, float[]> activations = new LinkedHashMap<>();
        groups.forEach(
                (value, group) -> {
                    int length = (int) group.get(0).length();
                    activations.put(value.name(), new float[length]);
                    probe.magnitudes(value.name(), value, length);
                });
        if (groups.isEmpty()) {
            return Map.of();
        }
        calibration.run(
                probe.model(),
                outputs ->
                        activations.forEach(
                                (name, largest) -> {
                                    float[] seen = probe.answer(name, outputs);
                                    for (int j = 0; j < largest.length; j++) {
                                        largest[j] = Math.max(largest[j], seen[j]);
                                    }
                                }));
        Map<String, float[]> factors = new LinkedHashMap<>();
        groups.forEach(
                (value, group) ->
                        factors.put(
                                value.name(),
                                factors(activations.get(value.name()), rows(group), alpha)));
        return factors;
    }

    /** 1 where a channel or its weights are zero or not finite. */
    static float[] factors(float[] activations, float[] weights, double alpha) {
        float[] factors = new float[activations.length];
        for (int j = 0; j < factors.length; j++) {
            double factor = Math.pow(activations[j], alpha) / Math.pow(weights[j], 1 - alpha);
            boolean usable = activations[j] > 0 && weights[j] > 0 && Double.isFinite(factor);
            factors[j] = usable ? (float) Math.max(1 / LARGEST, Math.min(LARGEST, factor)) : 1;
        }
        return factors;
    }

    /** The largest magnitude that each channel of the input meets in the weights of a group. */
    private static float[] rows(List<Layer> group) {
        float[] largest = new float[(int) group.get(0).length()];
        for (Layer layer : group) {
            float[][] ranges =
                    WeightCodes.ranges(new Slices(layer.weights(), 1 - layer.channelAxis()))
                            .orElseThrow();
            for (int j = 0; j < largest.length; j++) {
                largest[j] = Math.max(largest[j], Math.max(-ranges[0][j], ranges[1][j]));
            }
        }
        return largest;
    }

    /**
     * Rewrites the model.
     *
     * @param factors by the name of the activation; groups without any stay as they are
     * @throws IllegalArgumentException if their number is not that of the channels
     */
    void apply(Map<String, float[]> factors) {
        groups.forEach(
                (value, group) -> {
                    float[] own = factors.get(value.name());
                    if (own != null) {
                        if (own.length != group.get(0).length()) {
                            throw new IllegalArgumentException(
                                    "int8-static: "
                                            + StaticSettings.SMOOTH
                                            + value.name()
                                            + " has "
                                            + own.length
                                            + " factors for "
                                            + group.get(0).length()
                                            + " channels");
                        }
                        divide(value, group, own);
                        scaleWeights(group, own);
                    }
                });
        model.graph().sort();
    }

    private void divide(Value value, List<Layer> group, float[] factors) {
        Set<Node> readers = new HashSet<>();
        group.forEach(layer -> readers.add(layer.node()));
        boolean alone = !value.isGraphOutput() && readers.containsAll(value.uses());
        if (alone && fold(value.producer(), factors)) {
            return;
        }
        Graph graph = model.graph();
        Value smooth =
                graph.freshValue(
                        value.name() + "_smooth",
                        value.tensorType() == null
                                ? new ValueType.OfTensor(DataType.FLOAT, null)
                                : value.type());
        for (Node reader : readers) {
            reader.setInput(0, smooth);
        }
        Value inverse =
                Constants.add(
                        graph, value.name() + "_smoothing", divided(Optional.empty(), factors));
        graph.add("", "Mul", smooth.name(), List.of(value, inverse), List.of(smooth));
    }

    /** Divides a constant that the producer multiplies by, or all that it multiplies and adds. */
    private static boolean fold(Node producer, float[] factors) {
        if (Match.is(producer, "LayerNormalization")) {
            return fold(producer, List.of(1, 2), factors);
        }
        if (Match.is(producer, "Mul")) {
            return fold(
                    producer, List.of(Placement.isConstant(producer.input(1)) ? 1 : 0), factors);
        }
        return false;
    }

    private static boolean fold(Node producer, List<Integer> inputs, float[] factors) {
        List<Integer> given = inputs.stream().filter(i -> producer.input(i) != null).toList();
        for (int i : given) {
            Value constant = producer.input(i);
            if (!Placement.isConstant(constant)
                    || ((Tensor) constant.constant()).rank() != 1
                    || ((Tensor) constant.constant()).size() != factors.length) {
                return false;
            }
        }
        for (int i : given) {
            Value constant = producer.input(i);
            Tensor contents = divided(Optional.of((Tensor) constant.constant()), factors);
            producer.setInput(
                    i, Constants.add(producer.graph(), constant.name() + "_smooth", contents));
            Rewrite.removeUnused(constant);
        }
        return true;
    }

    private static Tensor divided(Optional<Tensor> contents, float[] factors) {
        float[] values = contents.map(Numbers::floats).orElse(null);
        float[] quotients = new float[factors.length];
        for (int j = 0; j < quotients.length; j++) {
            quotients[j] = (values == null ? 1 : values[j]) / factors[j];
        }
        return Numbers.ofFloats(quotients, quotients.length);
    }

    private static void scaleWeights(List<Layer> group, float[] factors) {
        Map<Value, Value> scaled = new LinkedHashMap<>();
        for (Layer layer : group) {
            Value weight = layer.weight();
            Value more =
                    scaled.computeIfAbsent(
                            weight,
                            key ->
                                    Constants.add(
                                            key.graph(),
                                            key.name() + "_smooth",
                                            scaled(layer, factors)));
            layer.node().setInput(1, more);
        }
        scaled.keySet().forEach(Rewrite::removeUnused);
    }

    private static Tensor scaled(Layer layer, float[] factors) {
        Tensor weights = layer.weights();
        float[] values = Numbers.floats(weights);
        int columns = (int) weights.dim(1);
        for (int i = 0; i < values.length; i++) {
            values[i] *= factors[layer.channelAxis() == 1 ? i / columns : i % columns];
        }
        return Numbers.ofFloats(values, weights.shape());
    }
}
