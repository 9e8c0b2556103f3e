package ai.tenon.backend;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How to compile. Made by {@link #builder}. */
public final class CompileOptions {
    private final int threads;
    private final Map<String, long[]> inputShapes;
    private final Path cacheFolder;
    private final PowerProfile power;
    private final Map<String, String> settings;

    private CompileOptions(Builder b) {
        threads = b.threads;
        inputShapes = Collections.unmodifiableMap(new TreeMap<>(b.inputShapes));
        cacheFolder = b.cacheFolder;
        power = b.power;
        settings = Collections.unmodifiableMap(new TreeMap<>(b.settings));
    }

    /** One thread, shapes as the model declares them, no cache, balanced power. */
    public static Builder builder() {
        return new Builder();
    }

    /** Threads that one run may use, the caller's included; at least 1. */
    public int threads() {
        return threads;
    }

    /** Shapes to compile for, by input; inputs that are missing keep what the model declares. */
    public Map<String, long[]> inputShapes() {
        return inputShapes;
    }

    /** A folder for compiled blobs, keyed by the backend; empty if nothing may be kept. */
    public Optional<Path> cacheFolder() {
        return Optional.ofNullable(cacheFolder);
    }

    public PowerProfile power() {
        return power;
    }

    /**
     * Settings that only this backend understands, and {@code shape.INPUT}, by name. One that it
     * does not know is refused, see {@link KnownSettings#require}.
     */
    public Map<String, String> settings() {
        return settings;
    }

    /** Collects {@link CompileOptions}. */
    public static final class Builder {
        private int threads = 1;
        private final Map<String, long[]> inputShapes = new TreeMap<>();
        private Path cacheFolder;
        private PowerProfile power = PowerProfile.BALANCED;
        private final Map<String, String> settings = new TreeMap<>();

        private Builder() {}

        public Builder threads(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("threads must be at least 1, not " + count);
            }
            threads = count;
            return this;
        }

        public Builder inputShape(String input, long... shape) {
            inputShapes.put(input, shape.clone());
            return this;
        }

        public Builder cacheFolder(Path folder) {
            cacheFolder = folder;
            return this;
        }

        public Builder power(PowerProfile profile) {
            power = profile;
            return this;
        }

        public Builder setting(String key, String value) {
            settings.put(key, value);
            return this;
        }

        public CompileOptions build() {
            return new CompileOptions(this);
        }
    }
}
