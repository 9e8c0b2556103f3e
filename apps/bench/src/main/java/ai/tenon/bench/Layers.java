package ai.tenon.bench;

import ai.tenon.backend.LayerProfile;
import java.util.List;
import java.util.Map;

/**
 * Where a candidate's time goes: for each layer the shortest of its times over all runs.
 *
 * @param candidate as it was asked for
 * @param runs that were made
 * @param peaks as {@link LayerProfile#peaks}; empty if the backend cannot tell
 * @param layers as {@link LayerProfile#layers}; empty if the backend cannot tell
 */
public record Layers(
        String candidate, int runs, Map<String, Double> peaks, List<LayerProfile.Layer> layers) {
    public Layers {
        peaks = Map.copyOf(peaks);
        layers = List.copyOf(layers);
    }
}
