package ai.tenon.evaluation.internal.accuracy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values of metrics over the same samples.
 *
 * @param values by metric
 */
public record Scores(Map<String, Double> values) {
    public Scores {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public double of(String metric) {
        return values.get(metric);
    }
}
