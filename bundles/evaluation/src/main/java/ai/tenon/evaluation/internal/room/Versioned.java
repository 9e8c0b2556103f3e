package ai.tenon.evaluation.internal.room;

import org.osgi.framework.Version;

/**
 * A service and the version of the bundle that registered it, which together identify it.
 *
 * @param name by which it was asked for
 */
public record Versioned<T>(String name, Version version, T service) {
    /** {@code name@version}. */
    public String reference() {
        return name + "@" + version;
    }
}
