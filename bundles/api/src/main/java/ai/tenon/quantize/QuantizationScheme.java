package ai.tenon.quantize;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A way of quantizing with its settings. Made by {@link #of} and grown by {@link #with}. */
public final class QuantizationScheme {
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

    /** Settings by name, sorted. */
    public Map<String, String> settings() {
        return settings;
    }
}
