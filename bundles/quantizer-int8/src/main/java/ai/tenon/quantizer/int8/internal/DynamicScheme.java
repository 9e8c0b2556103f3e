package ai.tenon.quantizer.int8.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.opset.OpsetRaise;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Weights in eight bits; activations too, by the range that each run finds in them, so that no data
 * is needed. What pays is matrix products; convolutions become slower on most devices and are left
 * alone unless asked for.
 */
final class DynamicScheme implements Scheme {
    /** The first with DynamicQuantizeLinear. */
    private static final long OPSET = 11;

    private static final Set<String> DEFAULT_OPERATORS = Set.of("MatMul", "Gemm", "Gather");
    private static final Set<String> ALL_OPERATORS = Set.of("MatMul", "Gemm", "Gather", "Conv");

    @Override
    public Set<String> settings() {
        return Stream.concat(WeightSettings.NAMES.stream(), Stream.of("operators"))
                .collect(Collectors.toSet());
    }

    @Override
    public boolean needsCalibration(QuantizationScheme scheme) {
        return false;
    }

    @Override
    public QuantizationResult quantize(
            Model model,
            QuantizationScheme scheme,
            Optional<Calibration> calibration,
            CompileMonitor monitor)
            throws BackendException {
        Settings settings = new Settings(scheme, settings());
        WeightSettings weights = WeightSettings.of(settings);
        Set<String> operators = settings.words("operators", DEFAULT_OPERATORS, ALL_OPERATORS);
        Excluded excluded = settings.excluded();
        OpsetRaise.raise(model, weights.opset(OPSET));
        List<Layer> layers = Layers.of(model);
        LayerLog log = new LayerLog();
        DynamicProducts products = new DynamicProducts(weights);
        EmbeddingTables tables = new EmbeddingTables();
        for (int i = 0; i < layers.size(); i++) {
            monitor.check();
            Layer layer = layers.get(i);
            monitor.progress("int8-dynamic: " + layer.id(), (double) i / layers.size());
            String reason = excluded.reason(layer);
            if (reason.isEmpty() && !operators.contains(layer.node().opType())) {
                reason = layer.node().opType() + " is not among the operators to quantize";
            }
            if (!reason.isEmpty()) {
                log.kept(layer, reason);
            } else if (layer.node().opType().equals("Gather")) {
                tables.quantize(layer, log);
            } else {
                products.quantize(layer, log);
            }
        }
        return new QuantizationResult(log.layers(), Map.of(), excluded.unmatched(layers));
    }
}
