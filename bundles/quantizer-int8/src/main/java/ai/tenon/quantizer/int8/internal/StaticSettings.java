package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.DataType;
import ai.tenon.quantize.QuantizationScheme;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Settings of int8-static.
 *
 * @param activations codes of activations
 * @param ranges statistics of an earlier calibration: lowest and highest element by value
 * @param biases the same, of a bias correction: biases by layer
 * @param smooth how much of their unevenness activations give away; empty for none
 * @param smoothing statistics of an earlier smoothing: factors by activation
 */
record StaticSettings(
        WeightSettings weights,
        CodeType activations,
        Ranges calibration,
        Set<String> operators,
        Excluded excluded,
        boolean biasCorrection,
        Optional<Double> smooth,
        Map<String, float[]> ranges,
        Map<String, float[]> biases,
        Map<String, float[]> smoothing) {
    static final String RANGE = "range.";
    static final String BIAS = "bias.";
    static final String SMOOTH = "smooth.";
    static final Set<String> NAMES =
            Set.of(
                    "granularity",
                    "block",
                    "reduce-range",
                    "activation-type",
                    "calibration",
                    "percentile",
                    "operators",
                    "bias-correction",
                    "smooth",
                    SMOOTH + "*",
                    RANGE + "*",
                    BIAS + "*",
                    QuantizationScheme.EXCLUDE,
                    QuantizationScheme.EXCLUDE_CLASSES);

    private static final double PERCENTILE = 99.99;

    static StaticSettings of(QuantizationScheme scheme) {
        Settings settings = new Settings(scheme, NAMES);
        Set<String> all = new TreeSet<>(Placement.OWN_RANGE);
        all.addAll(Placement.SAME_RANGE);
        all.addAll(Placement.LAYERS);
        all.add("Gather");
        Set<String> usual = new TreeSet<>(all);
        // no integer kernel for the one, too few codes near 0 for the other
        usual.removeAll(Set.of("ConvTranspose", "Softmax"));
        all.add(Placement.ACTIVATION_PRODUCTS);
        String codes = settings.choice("activation-type", "uint8", "uint8", "int8");
        return new StaticSettings(
                WeightSettings.of(settings, DataType.INT8, true),
                codes.equals("uint8") ? CodeType.UINT8 : CodeType.INT8,
                new Ranges(
                        settings.choice(
                                "calibration",
                                "minmax",
                                "minmax",
                                "moving-average",
                                "percentile",
                                "entropy"),
                        settings.number("percentile", 50, 100).orElse(PERCENTILE)),
                settings.words("operators", usual, all),
                settings.excluded(),
                settings.flag("bias-correction", false),
                settings.number("smooth", 0, 1),
                settings.numbers(RANGE),
                settings.numbers(BIAS),
                settings.numbers(SMOOTH));
    }

    /** True unless there are statistics for all that is asked for. */
    boolean needsCalibration() {
        return ranges.isEmpty()
                || biasCorrection && biases.isEmpty()
                || smooth.isPresent() && smoothing.isEmpty();
    }
}
