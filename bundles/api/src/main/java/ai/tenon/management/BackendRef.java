package ai.tenon.management;

import java.util.Objects;

/**
 * A backend, in one version or in whichever is newest.
 *
 * @param version of the backend's bundle; empty for the newest
 */
public record BackendRef(String name, String version) {
    public BackendRef {
        Objects.requireNonNull(name, "name");
        version = version == null ? "" : version;
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "a backend needs a name, as in reference or reference@1.0.0");
        }
    }

    /** Reads {@code name} or {@code name@version}. */
    public static BackendRef parse(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? new BackendRef(text, "")
                : new BackendRef(text.substring(0, at), text.substring(at + 1));
    }

    @Override
    public String toString() {
        return version.isEmpty() ? name : name + "@" + version;
    }
}
