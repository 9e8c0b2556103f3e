package ai.tenon.bench;

import ai.tenon.backend.LayerProfile;
import java.util.List;
import java.util.Map;

/**
 * Where a candidate's time goes: for each layer the shortest of its times over all runs.
 *
 * @param candidate as {@link Comparison.Candidate#backend}
 * @param runs that were made; 0 if the backend cannot tell
 * @param cacheBytes size of the processor's last-level cache, which the peak {@link
 *     LayerProfile#MEMORY} does not hold for: a layer whose bytes fit in may find them there; 0 if
 *     unknown
 * @param peaks as {@link LayerProfile#peaks}; empty if the backend cannot tell
 * @param layers as {@link LayerProfile#layers}; empty if the backend cannot tell
 */
public record Layers(
        String candidate,
        int runs,
        long cacheBytes,
        Map<String, Double> peaks,
        List<LayerProfile.Layer> layers) {
    public Layers {
        peaks = Map.copyOf(peaks);
        layers = List.copyOf(layers);
    }
}
