package ai.tenon.management;

/**
 * Something that was unloaded, and whether it is really gone.
 *
 * @param backend what it ran on, {@code name@version}
 * @param state {@link #PENDING} while calls still run on it, {@link #RETIRED} once it is closed,
 *     {@link #COLLECTED} once the garbage collector has found that nothing refers to it any more
 * @param sinceMillis when it was replaced, since the epoch
 */
public record RetiredInfo(String endpoint, String backend, String state, long sinceMillis) {
    public static final String PENDING = "pending";
    public static final String RETIRED = "retired";
    public static final String COLLECTED = "collected";
}
