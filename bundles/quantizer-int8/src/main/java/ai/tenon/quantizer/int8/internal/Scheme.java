package ai.tenon.quantizer.int8.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.Quantizer;
import java.util.Optional;
import java.util.Set;

/** One of the schemes of {@link Int8Quantizer}; the methods are those of {@link Quantizer}. */
interface Scheme {
    Set<String> settings();

    boolean needsCalibration(QuantizationScheme scheme);

    QuantizationResult quantize(
            Model model,
            QuantizationScheme scheme,
            Optional<Calibration> calibration,
            CompileMonitor monitor)
            throws BackendException;
}
