package ai.tenon.store;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An immutable description of all that a gateway is: bundles, configuration and deployments.
 * Equality is that of its canonical text; its name is the text's SHA-256.
 */
public final class Generation {
    private final long number;
    private final String parent;
    private final String distribution;
    private final long created;
    private final String cause;
    private final Map<String, BundleEntry> bundles;
    private final Map<String, Map<String, Object>> configuration;
    private final Map<String, DeploymentEntry> deployments;
    private final String text;

    private Generation(Builder builder) {
        number = builder.number;
        parent = builder.parent;
        distribution = builder.distribution;
        created = builder.created;
        cause = builder.cause;
        bundles = Collections.unmodifiableMap(new TreeMap<>(builder.bundles));
        TreeMap<String, Map<String, Object>> frozen = new TreeMap<>();
        builder.configuration.forEach(
                (pid, values) -> frozen.put(pid, Collections.unmodifiableMap(values)));
        configuration = Collections.unmodifiableMap(frozen);
        deployments = Collections.unmodifiableMap(new TreeMap<>(builder.deployments));
        text = GenerationText.write(this);
    }

    /** An empty one. */
    public static Builder builder() {
        return new Builder();
    }

    /** A copy to change. */
    public Builder edit() {
        Builder copy = new Builder();
        copy.number = number;
        copy.parent = parent;
        copy.distribution = distribution;
        copy.created = created;
        copy.cause = cause;
        copy.bundles.putAll(bundles);
        configuration.forEach(copy::configuration);
        copy.deployments.putAll(deployments);
        return copy;
    }

    /**
     * Reads the canonical text.
     *
     * @throws StoreException if it is anything else
     */
    public static Generation parse(String text) throws StoreException {
        return GenerationText.parse(text);
    }

    /** Counted up on this device. */
    public long number() {
        return number;
    }

    /** Hash of the generation that was current before; empty for a distribution's own. */
    public String parent() {
        return parent;
    }

    /**
     * Hash of the generation that describes the distribution as it was shipped; empty if this is
     * that generation.
     */
    public String distribution() {
        return distribution;
    }

    /** Milliseconds since the epoch. */
    public long created() {
        return created;
    }

    /** What made it, for people. */
    public String cause() {
        return cause;
    }

    /** By name and version. */
    public Collection<BundleEntry> bundles() {
        return bundles.values();
    }

    /** All versions of a bundle. */
    public List<BundleEntry> bundles(String name) {
        return bundles.values().stream().filter(b -> b.name().equals(name)).toList();
    }

    /** Values are {@code String} or {@code List<String>}; factory PIDs are {@code pid~name}. */
    public Map<String, Map<String, Object>> configuration() {
        return configuration;
    }

    /** By name. */
    public Map<String, DeploymentEntry> deployments() {
        return deployments;
    }

    /** The canonical text: equal generations have equal texts. */
    public String text() {
        return text;
    }

    public String hash() {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** True if both have the same bundles, configuration and deployments. */
    public boolean hasContentOf(Generation other) {
        return GenerationText.content(text).equals(GenerationText.content(other.text));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Generation that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "generation " + number + " (" + cause + ")";
    }

    /** Makes a generation. Not safe for use by several threads. */
    public static final class Builder {
        private long number;
        private String parent = "";
        private String distribution = "";
        private long created;
        private String cause = "";
        private final Map<String, BundleEntry> bundles = new TreeMap<>();
        private final Map<String, Map<String, Object>> configuration = new TreeMap<>();
        private final Map<String, DeploymentEntry> deployments = new TreeMap<>();

        private Builder() {}

        /**
         * Makes it the successor of another one.
         *
         * @param newNumber on this device
         */
        public Builder after(Generation before, long newNumber, long now, String newCause) {
            number = newNumber;
            parent = before.hash();
            distribution = before.distribution.isEmpty() ? before.hash() : before.distribution;
            return created(now).cause(newCause);
        }

        public Builder number(long value) {
            number = value;
            return this;
        }

        public Builder parent(String hash) {
            parent = hash;
            return this;
        }

        public Builder distribution(String hash) {
            distribution = hash;
            return this;
        }

        public Builder created(long millis) {
            created = millis;
            return this;
        }

        public Builder cause(String value) {
            cause = value;
            return this;
        }

        /** Adds a bundle, in place of one with the same name and version. */
        public Builder bundle(BundleEntry entry) {
            bundles.put(entry.identity(), entry);
            return this;
        }

        public Builder remove(BundleEntry entry) {
            bundles.remove(entry.identity());
            return this;
        }

        /**
         * Replaces the configuration of a PID.
         *
         * @param values {@code String} or {@code List<String>}; empty to remove it
         */
        public Builder configuration(String pid, Map<String, Object> values) {
            TreeMap<String, Object> copy = new TreeMap<>();
            values.forEach((key, value) -> copy.put(key, checked(pid, key, value)));
            if (copy.isEmpty()) {
                configuration.remove(pid);
            } else {
                configuration.put(pid, copy);
            }
            return this;
        }

        private static Object checked(String pid, String key, Object value) {
            if (value instanceof List<?> list) {
                return list.stream().map(String.class::cast).toList();
            }
            if (value instanceof String) {
                return value;
            }
            throw new IllegalArgumentException(
                    "configuration " + pid + "/" + key + " is neither text nor a list of texts");
        }

        /** Adds a deployment, in place of one with the same name. */
        public Builder deployment(DeploymentEntry entry) {
            deployments.put(entry.name(), entry);
            return this;
        }

        public Builder removeDeployment(String name) {
            deployments.remove(name);
            return this;
        }

        public Generation build() {
            return new Generation(this);
        }
    }
}
