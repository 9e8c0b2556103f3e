package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.quantize.QuantizationScheme;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How weights are rounded.
 *
 * @param block weights that share a scale where it is one per block
 */
record WeightSettings(CodeType type, boolean symmetric, Granularity granularity, int block) {
    static final Set<String> NAMES =
            Set.of(
                    "granularity",
                    "block",
                    "symmetric",
                    "weight-type",
                    "reduce-range",
                    QuantizationScheme.EXCLUDE,
                    QuantizationScheme.EXCLUDE_CLASSES);

    static WeightSettings of(Settings settings) {
        String type = settings.choice("weight-type", "int8", "int8", "uint8");
        return of(
                settings,
                type.equals("int8") ? DataType.INT8 : DataType.UINT8,
                settings.flag("symmetric", true));
    }

    /** Those of a scheme that leaves no choice of type and symmetry. */
    static WeightSettings of(Settings settings, DataType type, boolean symmetric) {
        return new WeightSettings(
                CodeType.ofWeights(type, symmetric, settings.flag("reduce-range", false)),
                symmetric,
                Granularity.of(settings),
                settings.powerOfTwo("block", 32, 16));
    }

    /** True if the layer gets a scale per block. Where its sums are shorter, one per channel do. */
    boolean inBlocks(Layer layer) {
        return granularity == Granularity.PER_BLOCK
                && layer.weights().dim(blockAxis(layer)) >= block;
    }

    /** The operator set that the result needs, where one without blocks needs another. */
    long opset(long otherwise) {
        return granularity == Granularity.PER_BLOCK ? BlockWeights.OPSET : otherwise;
    }

    /** The dimension of the weights that blocks lie along: that of the input channels. */
    static int blockAxis(Layer layer) {
        return 1 - layer.channelAxis();
    }

    /** The dimension with a scale per element, of a layer without blocks; -1 for one scale. */
    int scaleAxis(Layer layer) {
        return granularity == Granularity.PER_TENSOR ? -1 : layer.channelAxis();
    }

    /** Rounds the weights of a layer without blocks; empty if one is NaN or infinite. */
    Optional<WeightCodes> round(Layer layer) {
        return WeightCodes.of(layer.weights(), scaleAxis(layer), type, symmetric);
    }

    /** What becomes of a layer, in words, for reports. */
    String words(Layer layer) {
        String scales =
                switch (granularity) {
                    case PER_TENSOR -> " per tensor";
                    case PER_CHANNEL -> " per channel";
                    case PER_BLOCK ->
                            inBlocks(layer)
                                    ? " per block of " + block
                                    : " per channel (it has "
                                            + layer.weights().dim(blockAxis(layer))
                                            + " input channels, less than a block)";
                };
        return type.type().name().toLowerCase(Locale.ROOT)
                + scales
                + (symmetric ? "" : ", asymmetric");
    }
}
