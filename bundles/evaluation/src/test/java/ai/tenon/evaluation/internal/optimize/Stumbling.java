package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.Quantizer;
import java.util.Optional;
import java.util.Set;

/** A quantizer that fails. */
final class Stumbling implements Quantizer {
    @Override
    public Set<String> schemes() {
        return Set.of("stumbling");
    }

    @Override
    public Set<String> settings(String scheme) {
        return Set.of();
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
            CompileMonitor monitor) {
        throw new IndexOutOfBoundsException("7");
    }
}
