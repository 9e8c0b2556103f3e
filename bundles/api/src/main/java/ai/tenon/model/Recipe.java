package ai.tenon.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is done to a model before a backend compiles it. Versions of passes and quantizers are
 * pinned here: a newer pass applies at the next deploy.
 *
 * @param passes names of graph passes, {@code name@version}, in the order in which they run
 * @param scheme name of the quantization scheme; empty for none
 * @param options further settings of passes and quantizer, sorted by name
 */
public record Recipe(List<String> passes, String scheme, Map<String, String> options) {
    /** The model as it is. */
    public static final Recipe NONE = new Recipe(List.of(), "", Map.of());

    public Recipe {
        passes = List.copyOf(passes);
        options = java.util.Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /** True if the model stays as it is. */
    public boolean isEmpty() {
        return passes.isEmpty() && scheme.isEmpty();
    }
}
