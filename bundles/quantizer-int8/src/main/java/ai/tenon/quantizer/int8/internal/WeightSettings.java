package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.quantize.QuantizationScheme;
import java.util.Optional;
import java.util.Set;

/**
 * How weights are rounded.
 *
 * @param perChannel a scale per output channel, else one for all
 */
record WeightSettings(CodeType type, boolean symmetric, boolean perChannel) {
    static final Set<String> NAMES =
            Set.of(
                    "granularity",
                    "symmetric",
                    "weight-type",
                    "reduce-range",
                    QuantizationScheme.EXCLUDE,
                    QuantizationScheme.EXCLUDE_CLASSES);

    static WeightSettings of(Settings settings) {
        boolean symmetric = settings.flag("symmetric", true);
        String type = settings.choice("weight-type", "int8", "int8", "uint8");
        return new WeightSettings(
                CodeType.ofWeights(
                        type.equals("int8") ? DataType.INT8 : DataType.UINT8,
                        symmetric,
                        settings.flag("reduce-range", false)),
                symmetric,
                settings.choice("granularity", "per-channel", "per-channel", "per-tensor")
                        .equals("per-channel"));
    }

    /** Rounds the weights of a layer; empty if one is NaN or infinite. */
    Optional<WeightCodes> round(Layer layer) {
        return WeightCodes.of(
                layer.weights(), perChannel ? layer.channelAxis() : -1, type, symmetric);
    }

    /** In words, for reports. */
    String words() {
        return type.type().name().toLowerCase(java.util.Locale.ROOT)
                + (perChannel ? " per channel" : " per tensor")
                + (symmetric ? "" : ", asymmetric");
    }
}
