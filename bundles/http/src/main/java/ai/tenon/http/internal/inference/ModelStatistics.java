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
        @JsonProperty("inference_stats") Durations inferenceStats,
        @JsonProperty("batch_stats") List<Object> batchStats) {

    /** How often something was done and how long it took altogether. */
    record Duration(long count, long ns) {
        static final Duration NONE = new Duration(0, 0);
    }

    /** Input, output and cache are not counted apart: they take part in the call. */
    record Durations(
            Duration success,
            Duration fail,
            Duration queue,
            @JsonProperty("compute_input") Duration computeInput,
            @JsonProperty("compute_infer") Duration computeInfer,
            @JsonProperty("compute_output") Duration computeOutput,
            @JsonProperty("cache_hit") Duration cacheHit,
            @JsonProperty("cache_miss") Duration cacheMiss) {}

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
                new Durations(
                        new Duration(answered, counted.computeNanos() + counted.queueNanos()),
                        new Duration(failed, 0),
                        new Duration(answered + failed, counted.queueNanos()),
                        Duration.NONE,
                        new Duration(answered, counted.computeNanos()),
                        Duration.NONE,
                        Duration.NONE,
                        Duration.NONE),
                List.of());
    }
}
