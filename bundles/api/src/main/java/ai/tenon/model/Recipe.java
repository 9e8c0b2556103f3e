package ai.tenon.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is done to a model before a backend compiles it. Versions of passes and quantizers are
 * pinned when a model is deployed: a newer pass applies at the next deploy.
 *
 * @param passes names of graph passes, {@code name[@version]}, in the order in which they run; null
 *     for none
 * @param scheme name of the quantization scheme, {@code name[@version]}; null or empty for none
 * @param options settings of the scheme by name, and of passes as {@code pass.setting}; null for
 *     none
 */
public record Recipe(List<String> passes, String scheme, Map<String, String> options) {
    /** The model as it is. */
    public static final Recipe NONE = new Recipe(List.of(), "", Map.of());

    public Recipe {
        passes = passes == null ? List.of() : List.copyOf(passes);
        scheme = scheme == null ? "" : scheme;
        options = options == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /** True if the model stays as it is. */
    public boolean isEmpty() {
        return passes.isEmpty() && scheme.isEmpty();
    }
}
