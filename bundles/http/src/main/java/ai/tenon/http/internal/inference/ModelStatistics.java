package ai.tenon.http.internal.inference;

import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointStatistics;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** Counters in the shape that Triton's statistics extension gave them. */
record ModelStatistics(
        String name,
        String version,
        @JsonProperty("last_inference") long lastInference,
        @JsonProperty("inference_count") long inferenceCount,
        @JsonProperty("execution_count") long executionCount,
        @JsonProperty("inference_stats") Map<String, Duration> inferenceStats,
        @JsonProperty("batch_stats") List<Object> batchStats) {

    /** How often something was done and how long it took altogether. */
    record Duration(long count, long ns) {}

    static Map<String, List<ModelStatistics>> of(List<Endpoint> endpoints) {
        return Map.of("model_stats", endpoints.stream().map(ModelStatistics::of).toList());
    }

    private static ModelStatistics of(Endpoint endpoint) {
        EndpointStatistics counted = endpoint.statistics();
        long answered = counted.succeeded();
        long failed = counted.failed() + counted.rejected();
        return new ModelStatistics(
                endpoint.name(),
                ModelRoutes.VERSION,
                counted.lastCallMillis(),
                answered,
                answered,
                // input, output and cache are not counted apart: they take part in the call
                Map.of(
                        "success",
                                new Duration(
                                        answered, counted.computeNanos() + counted.queueNanos()),
                        "fail", new Duration(failed, 0),
                        "queue", new Duration(answered + failed, counted.queueNanos()),
                        "compute_infer", new Duration(answered, counted.computeNanos()),
                        "compute_input", new Duration(0, 0),
                        "compute_output", new Duration(0, 0),
                        "cache_hit", new Duration(0, 0),
                        "cache_miss", new Duration(0, 0)),
                List.of());
    }
}
