package ai.tenon.quantize;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes a model compute with fewer bits; an OSGi service. Its version is that of its bundle. */
@ConsumerType
public interface Quantizer {
    /** Names of the schemes that it knows, as in {@code int8-static}. */
    Set<String> schemes();

    /** Names of the settings that a scheme understands, those ending in {@code .*} with any end. */
    Set<String> settings(String scheme);

    /**
     * True if {@code scheme} cannot do without calibration data: neither has it no use for them,
     * nor do its settings bring the statistics of an earlier calibration.
     */
    boolean needsCalibration(QuantizationScheme scheme);

    /**
     * Quantizes {@code model} in place and says what it did and what it left as it was.
     *
     * @param calibration samples, if there are any
     * @param monitor told of progress, and asked now and then whether to give up
     * @throws IllegalArgumentException if the scheme or one of its settings is unknown, or data is
     *     missing or of the wrong shape or type; the message names it
     * @throws BackendException if the model could not be run over the samples, or the work was
     *     cancelled
     */
    QuantizationResult quantize(
            Model model,
            QuantizationScheme scheme,
            Optional<Calibration> calibration,
            CompileMonitor monitor)
            throws BackendException;
}
