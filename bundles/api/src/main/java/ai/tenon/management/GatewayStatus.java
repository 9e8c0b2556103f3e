package ai.tenon.management;

/**
 * The gateway as a whole.
 *
 * @param ready true once every deployment that should serve does
 * @param version of the distribution
 * @param uptimeMillis since the JVM started
 */
public record GatewayStatus(
        boolean ready,
        String profile,
        String version,
        long generation,
        long uptimeMillis,
        long pid) {}
