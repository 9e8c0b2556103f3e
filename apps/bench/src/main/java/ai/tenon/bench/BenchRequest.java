package ai.tenon.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What to measure.
 *
 * @param model of candidates that name no file; null if all do
 * @param candidates {@code name[@version]} for a backend's executable, with {@code +endpoint}
 *     behind it for the same through an endpoint of the core; then settings of the backend in
 *     brackets, {@code [key=value;key=value]}, and a model of its own, {@code :FILE}; each once
 * @param threads that one run may use
 * @param shapes by input, as in {@code 1x128}; the others as {@link ai.tenon.backend.SeededInputs}
 *     says
 * @param rounds how many; 0 for as many as fit into {@code time}
 * @param time for the rounds, warm-up not included
 */
public record BenchRequest(
        Path model,
        List<String> candidates,
        int threads,
        Map<String, String> shapes,
        int rounds,
        Duration time) {
    public BenchRequest {
        candidates = List.copyOf(candidates);
        shapes = Map.copyOf(shapes);
    }
}
