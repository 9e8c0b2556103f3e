package ai.tenon.evaluation.internal.optimize;

import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.Quantizer;

/**
 * What a quantizer did.
 *
 * @param scheme as it was asked for
 * @param share of the layers' multiply-adds that are in quantized layers now; NaN if unknown
 */
record Quantized(
        Versioned<Quantizer> quantizer,
        QuantizationScheme scheme,
        QuantizationResult result,
        double share) {
    /** The scheme with the statistics of its calibration, so that it needs no data any more. */
    QuantizationScheme replay() {
        return scheme.with(result.statistics());
    }
}
