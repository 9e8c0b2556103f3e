package ai.tenon.backend;

/**
 * Memory in bytes; -1 where unknown.
 *
 * @param weights shared by all contexts
 * @param perContext working memory of each context
 */
public record MemoryEstimate(long weights, long perContext) {
    /** Nothing is known. */
    public static final MemoryEstimate UNKNOWN = new MemoryEstimate(-1, -1);
}
