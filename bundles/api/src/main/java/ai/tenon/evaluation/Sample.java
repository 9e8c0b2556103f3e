package ai.tenon.evaluation;

import ai.tenon.graph.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run of a model and what is known of its answer.
 *
 * @param inputs of the model, by name
 * @param expected labels, or answers known beforehand, by name; may be empty
 */
public record Sample(Map<String, Tensor> inputs, Map<String, Tensor> expected) {
    public Sample {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        expected = Collections.unmodifiableMap(new LinkedHashMap<>(expected));
    }
}
