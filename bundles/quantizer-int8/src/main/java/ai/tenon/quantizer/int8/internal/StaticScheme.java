package ai.tenon.quantizer.int8.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.opset.OpsetRaise;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import java.util.Optional;
import java.util.Set;

/**
 * Weights and activations in eight bits, activations by ranges found beforehand over samples; in
 * the form of QuantizeLinear and DequantizeLinear around operators in FLOAT.
 */
final class StaticScheme implements Scheme {
    /** The first with scales per channel. */
    private static final long OPSET = 13;

    @Override
    public Set<String> settings() {
        return StaticSettings.NAMES;
    }

    @Override
    public boolean needsCalibration(QuantizationScheme scheme) {
        return StaticSettings.of(scheme).needsCalibration();
    }

    @Override
    public QuantizationResult quantize(
            Model model,
            QuantizationScheme scheme,
            Optional<Calibration> calibration,
            CompileMonitor monitor)
            throws BackendException {
        StaticSettings settings = StaticSettings.of(scheme);
        if (calibration.isPresent() && calibration.get().data().size() == 0) {
            throw new IllegalArgumentException(
                    "int8-static: there is no sample in " + calibration.get().data().source());
        }
        OpsetRaise.raise(model, settings.weights().opset(OPSET));
        return new StaticRun(model, settings, calibration, monitor).quantize();
    }
}
