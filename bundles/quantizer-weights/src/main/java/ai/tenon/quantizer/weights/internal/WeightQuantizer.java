package ai.tenon.quantizer.weights.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.opset.OpsetRaise;
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
import java.util.TreeSet;
import org.osgi.service.component.annotations.Component;

/** Stores weights in six, four, two or one bit; activations stay as they are. */
@Component
public final class WeightQuantizer implements Quantizer {
    static final Set<String> SCHEMES = new TreeSet<>(Set.of("int6", "int4", "int2", "binary"));

    private static final String WARNING =
            "With so few bits per weight and no training, every model tried so far was unusable:"
                    + " measure the accuracy before this one is used.";

    private static final String ONCE =
            "method=gptq needs the calibration data again wherever its recipe is applied:"
                    + " elsewhere use the file that came out.";

    @Override
    public Set<String> schemes() {
        return Set.copyOf(SCHEMES);
    }

    @Override
    public Set<String> settings(String scheme) {
        return Settings.names(scheme);
    }

    @Override
    public boolean needsCalibration(QuantizationScheme scheme) {
        return scheme.setting("method", "").equals("gptq");
    }

    @Override
    public QuantizationResult quantize(
            Model model,
            QuantizationScheme scheme,
            Optional<Calibration> calibration,
            CompileMonitor monitor)
            throws BackendException {
        Settings settings = Settings.of(scheme);
        if (needsCalibration(scheme) && calibration.isEmpty()) {
            throw new IllegalArgumentException(
                    scheme.name() + ": method=gptq needs calibration data; method=hqq needs none");
        }
        Conversion conversion = new Conversion(model, settings, calibration, monitor);
        Plan plan = new Plan(model, scheme, settings);
        long opset = conversion.opset(plan);
        if (OpsetRaise.raise(model, opset) > 0) {
            plan = new Plan(model, scheme, settings);
        }
        List<String> notes = new ArrayList<>(plan.notes());
        List<QuantizedLayer> layers = conversion.run(plan);
        if (settings.format().bits() <= 2
                && layers.stream().anyMatch(QuantizedLayer::isQuantized)) {
            notes.add(WARNING);
        }
        if (needsCalibration(scheme)) {
            notes.add(ONCE);
        }
        return new QuantizationResult(layers, Map.of(), notes);
    }
}
