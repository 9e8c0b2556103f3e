package ai.tenon.quantizer.int8.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.Quantizer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;

/** Weights and activations in eight bits, in standard operators. */
@Component
public final class Int8Quantizer implements Quantizer {
    private final Map<String, Scheme> schemes =
            new TreeMap<>(
                    Map.of("int8-dynamic", new DynamicScheme(), "int8-static", new StaticScheme()));

    @Override
    public Set<String> schemes() {
        return schemes.keySet();
    }

    @Override
    public Set<String> settings(String scheme) {
        return find(scheme).settings();
    }

    @Override
    public boolean needsCalibration(QuantizationScheme scheme) {
        return find(scheme.name()).needsCalibration(scheme);
    }

    @Override
    public QuantizationResult quantize(
            Model model,
            QuantizationScheme scheme,
            Optional<Calibration> calibration,
            CompileMonitor monitor)
            throws BackendException {
        return find(scheme.name()).quantize(model, scheme, calibration, monitor);
    }

    private Scheme find(String name) {
        Scheme scheme = schemes.get(name);
        if (scheme == null) {
            throw new IllegalArgumentException(
                    "no scheme '"
                            + name
                            + "' here; there is "
                            + String.join(", ", schemes.keySet()));
        }
        return scheme;
    }
}
