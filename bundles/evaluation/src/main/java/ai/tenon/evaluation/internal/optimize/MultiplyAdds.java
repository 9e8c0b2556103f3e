package ai.tenon.evaluation.internal.optimize;

import ai.tenon.graph.Dimension;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.shape.ShapeException;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.quantize.QuantizedLayer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each layer of a model multiplies and adds, by {@link Layer#id}. Dimensions that only a
 * run knows, such as the batch, count as 1: they are the same for all layers, mostly.
 */
record MultiplyAdds(Map<String, Long> byLayer) {
    static MultiplyAdds of(Model model) {
        Map<String, Long> counts = new HashMap<>();
        try {
            ShapeInference shapes = ShapeInference.of(model);
            for (Layer layer : Layers.of(model)) {
                counts.put(layer.id(), count(layer, shapes));
            }
        } catch (ShapeException e) {
            // a model whose shapes contradict each other may run all the same; then nobody knows
            return new MultiplyAdds(Map.of());
        }
        return new MultiplyAdds(counts);
    }

    /** Each weight is used once at every position; of the input if the layer spreads it. */
    private static long count(Layer layer, ShapeInference shapes) {
        return switch (layer.node().opType()) {
            case "Gather" -> 0;
            case "ConvTranspose" ->
                    elements(layer.node().input(0), shapes)
                            / layer.weights().dim(0)
                            * layer.weights().size();
            default ->
                    elements(layer.node().output(0), shapes)
                            / layer.channels()
                            * layer.weights().size();
        };
    }

    private static long elements(Value value, ShapeInference shapes) {
        if (!(shapes.type(value) instanceof ValueType.OfTensor type) || type.shape() == null) {
            return 0;
        }
        return type.shape().dimensions().stream()
                .filter(Dimension::isKnown)
                .mapToLong(Dimension::length)
                .reduce(1, (a, b) -> a * b);
    }

    /** The part in quantized layers, 0 to 1; NaN if it is not known. */
    double quantized(List<QuantizedLayer> layers) {
        double all = 0;
        double quantized = 0;
        for (QuantizedLayer layer : layers) {
            long count = byLayer.getOrDefault(layer.output(), 0L);
            all += count;
            quantized += layer.isQuantized() ? count : 0;
        }
        return quantized / all;
    }
}
