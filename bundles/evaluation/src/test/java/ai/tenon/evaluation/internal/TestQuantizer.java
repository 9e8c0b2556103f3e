package ai.tenon.evaluation.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import ai.tenon.quantize.Quantizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rounds weights to multiples of a step: scheme {@code steps} needs nothing, {@code calibrated}
 * counts samples and can be replayed with their number, {@code coarse} has steps that are too wide.
 */
public final class TestQuantizer implements Quantizer {
    @Override
    public Set<String> schemes() {
        return Set.of("steps", "coarse", "calibrated");
    }

    @Override
    public Set<String> settings(String scheme) {
        return scheme.equals("calibrated") ? Set.of("samples") : Set.of("step", "step.*");
    }

    @Override
    public boolean needsCalibration(QuantizationScheme scheme) {
        return scheme.name().equals("calibrated") && scheme.setting("samples", "").isEmpty();
    }

    @Override
    public QuantizationResult quantize(
            Model model,
            QuantizationScheme scheme,
            Optional<Calibration> calibration,
            CompileMonitor monitor)
            throws BackendException {
        AtomicInteger samples = new AtomicInteger();
        if (needsCalibration(scheme)) {
            calibration
                    .orElseThrow(() -> new IllegalArgumentException("needs data"))
                    .run(model.copy(), outputs -> samples.incrementAndGet());
        }
        List<QuantizedLayer> layers = new ArrayList<>();
        for (Layer layer : Layers.of(model)) {
            boolean kept =
                    scheme.list(QuantizationScheme.EXCLUDE).contains(layer.id())
                            || scheme.list(QuantizationScheme.EXCLUDE_CLASSES)
                                    .contains(layer.layerClass());
            if (!kept) {
                String step =
                        scheme.setting("step", scheme.name().equals("coarse") ? "1.5" : "0.01");
                round(layer, Float.parseFloat(scheme.setting("step." + layer.id(), step)));
            }
            layers.add(
                    new QuantizedLayer(
                            layer.id(),
                            layer.node().name(),
                            layer.layerClass(),
                            kept ? "" : "rounded",
                            kept ? "excluded" : "",
                            layer.length(),
                            layer.weights().byteSize(),
                            layer.weights().byteSize()));
        }
        Map<String, String> statistics =
                scheme.name().equals("calibrated")
                        ? Map.of("samples", Integer.toString(samples.get()))
                        : Map.of();
        return new QuantizationResult(layers, statistics, List.of());
    }

    private static void round(Layer layer, float step) {
        float[] values = layer.weights().toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(values[i] / step) * step;
        }
        Value weight = layer.weight();
        weight.graph().setConstant(weight, Tensor.ofFloats(values, layer.weights().shape()));
    }
}
