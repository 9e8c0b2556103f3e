package ai.tenon.quantizer.floating.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.opset.OpsetRaise;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import ai.tenon.quantize.Quantizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Component;

/** Stores weights in sixteen bits, and where asked computes in them. */
@Component
public final class FloatQuantizer implements Quantizer {
    private static final String COMPUTE = "compute";
    private static final String FULL = "fp32";

    @Override
    public Set<String> schemes() {
        return Arrays.stream(Half.values()).map(Half::scheme).collect(Collectors.toSet());
    }

    @Override
    public Set<String> settings(String scheme) {
        half(scheme);
        return Set.of(COMPUTE, QuantizationScheme.EXCLUDE, QuantizationScheme.EXCLUDE_CLASSES);
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
        Half half = half(scheme.name());
        boolean computes = computes(scheme);
        OpsetRaise.raise(model, half.opset(computes));
        Weights weights = new Weights(model, half, scheme);
        Set<Node> nodes = Set.of();
        List<QuantizedLayer> layers;
        if (computes) {
            Computation computation = new Computation(model, half, weights);
            nodes = computation.nodes();
            layers = weights.reports(nodes);
            computation.apply();
        } else {
            layers = weights.reports(nodes);
        }
        Storage storage = new Storage(model.graph(), half);
        for (Value weight : weights.convertible()) {
            monitor.check();
            // what computes in sixteen bits has its weights already
            if (model.graph().value(weight.name()) == weight) {
                storage.store(weight);
            }
        }
        return new QuantizationResult(layers, Map.of(), List.of());
    }

    private Half half(String scheme) {
        return Arrays.stream(Half.values())
                .filter(half -> half.scheme().equals(scheme))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown scheme '"
                                                + scheme
                                                + "'; there are "
                                                + new TreeSet<>(schemes())));
    }

    private boolean computes(QuantizationScheme scheme) {
        Set<String> known = new TreeSet<>(settings(scheme.name()));
        for (String name : scheme.settings().keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        scheme.name() + " has no setting '" + name + "'; it has " + known);
            }
        }
        String compute = scheme.setting(COMPUTE, FULL);
        if (!compute.equals(FULL) && !compute.equals(scheme.name())) {
            throw new IllegalArgumentException(
                    scheme.name()
                            + ": compute must be one of ["
                            + FULL
                            + ", "
                            + scheme.name()
                            + "], not '"
                            + compute
                            + "'");
        }
        return !compute.equals(FULL);
    }
}
