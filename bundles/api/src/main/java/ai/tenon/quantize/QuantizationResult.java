package ai.tenon.quantize;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a quantizer did.
 *
 * @param layers all that it looked at, in the model's order, also those that stay as they were
 * @param statistics settings by name that, added to the scheme, give the same result without
 *     calibration data; empty if there were none, or if that cannot be done
 * @param notes a sentence per thing worth telling
 */
public record QuantizationResult(
        List<QuantizedLayer> layers, Map<String, String> statistics, List<String> notes) {
    public QuantizationResult {
        layers = List.copyOf(layers);
        statistics = Collections.unmodifiableMap(new TreeMap<>(statistics));
        notes = List.copyOf(notes);
    }
}
