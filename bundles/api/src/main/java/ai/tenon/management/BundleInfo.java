package ai.tenon.management;

/**
 * A bundle, as people see it.
 *
 * @param state OSGi's word for it
 * @param restart true if it can only be changed by a restart
 * @param problem why it does not run; empty if it does
 */
public record BundleInfo(
        String symbolicName,
        String version,
        String sha256,
        int startLevel,
        String state,
        boolean restart,
        String problem) {}
