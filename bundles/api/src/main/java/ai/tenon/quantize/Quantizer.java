package ai.tenon.quantize;

import ai.tenon.graph.Model;
import ai.tenon.optimize.PassResult;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes a model compute with fewer bits; an OSGi service. Its version is that of its bundle. */
@ConsumerType
public interface Quantizer {
    /** Names of the schemes that it knows, as in {@code int8-static}. */
    Set<String> schemes();

    /** True if {@code scheme} cannot do without calibration data. */
    boolean needsCalibration(QuantizationScheme scheme);

    /**
     * Quantizes {@code model} in place and says what it did and what it left as it was.
     *
     * @param calibration samples, if there are any
     * @throws IllegalArgumentException if the scheme or one of its settings is unknown, or data is
     *     missing or of the wrong shape or type; the message names it
     */
    PassResult quantize(
            Model model, QuantizationScheme scheme, Optional<CalibrationData> calibration);
}
