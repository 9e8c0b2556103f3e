package ai.tenon.quantize;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * A way of quantizing with its settings. Made by {@link #of} and grown by {@link #with}.
 *
 * <p>Settings that mean the same in every scheme that has them:
 *
 * <ul>
 *   <li>{@code granularity} of weights: {@code per-tensor}, {@code per-channel} or {@code
 *       per-block}; {@code block}: elements of K that share a scale
 *   <li>{@code symmetric} weights: {@code true} or {@code false}
 *   <li>{@code calibration} of activations: {@code minmax}, {@code moving-average}, {@code
 *       percentile} or {@code entropy}; {@code percentile}: as in 99.99
 *   <li>{@code method} of rounding weights: {@code rtn}, {@code gptq} or {@code hqq}
 *   <li>{@link #EXCLUDE}: layers that stay as they are, by the name of their first output; {@link
 *       #EXCLUDE_CLASSES}: the same by class; several are separated by {@code ;}
 * </ul>
 */
public final class QuantizationScheme {
    /** Layers that stay as they are: names of their first outputs, separated by {@code ;}. */
    public static final String EXCLUDE = "exclude";

    /** Layer classes that stay as they are, separated by {@code ;}. */
    public static final String EXCLUDE_CLASSES = "exclude-classes";

    private final String name;
    private final Map<String, String> settings;

    private QuantizationScheme(String name, Map<String, String> settings) {
        this.name = Objects.requireNonNull(name, "name");
        this.settings = java.util.Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** A scheme with its default settings, as in {@code int8-dynamic}. */
    public static QuantizationScheme of(String name) {
        return new QuantizationScheme(name, Map.of());
    }

    /** The same with one more setting, as in {@code granularity=per-channel}. */
    public QuantizationScheme with(String setting, String value) {
        Map<String, String> more = new TreeMap<>(settings);
        more.put(setting, value);
        return new QuantizationScheme(name, more);
    }

    public String name() {
        return name;
    }

    /** The value of a setting, or {@code otherwise}. */
    public String setting(String setting, String otherwise) {
        return settings.getOrDefault(setting, otherwise);
    }

    /** What a setting lists, separated by {@code ;}; empty if it is not given. */
    public Set<String> list(String setting) {
        String text = settings.get(setting);
        return text == null || text.isEmpty()
                ? Set.of()
                : new LinkedHashSet<>(List.of(text.split(";")));
    }

    /** The same with all these settings more. */
    public QuantizationScheme with(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(settings);
        all.putAll(more);
        return new QuantizationScheme(name, all);
    }

    /** Settings by name, sorted. */
    public Map<String, String> settings() {
        return settings;
    }
}
