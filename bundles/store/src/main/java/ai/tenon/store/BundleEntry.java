package ai.tenon.store;

import java.util.Objects;

/**
 * A bundle of a generation.
 *
 * @param sha256 of the jar, in lower-case hex
 * @param startLevel from 1
 */
public record BundleEntry(String name, String version, String sha256, int startLevel) {
    /** What install locations of bundles begin with; their hash follows. */
    public static final String LOCATION_PREFIX = "sha256:";

    public BundleEntry {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(version, "version");
        if (!Sha256.isHash(sha256)) {
            throw new IllegalArgumentException("bundle " + name + " has the bad hash " + sha256);
        }
        if (startLevel < 1) {
            throw new IllegalArgumentException(
                    "bundle " + name + " has the bad start level " + startLevel);
        }
    }

    /** The location under which it is installed in the framework. */
    public String location() {
        return LOCATION_PREFIX + sha256;
    }

    /** Name and version, which are unique in a generation. */
    public String identity() {
        return name + " " + version;
    }
}
