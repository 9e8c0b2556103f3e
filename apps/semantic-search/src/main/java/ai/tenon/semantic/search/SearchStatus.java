package ai.tenon.semantic.search;

/**
 * How the index stands.
 *
 * @param ready true if questions are answered
 * @param indexing true while a new index is made; {@code done} of {@code total} passages are in it
 * @param passages in the index that answers now
 * @param files that these passages are from
 * @param modelSha256 of the model that embedded them; empty if there is no index
 * @param indexMillis how long making it took
 * @param problem why there is no (newer) index; empty if all is well
 */
public record SearchStatus(
        boolean ready,
        boolean indexing,
        int done,
        int total,
        int passages,
        int files,
        String folder,
        String endpoint,
        String modelSha256,
        long indexMillis,
        String problem) {}
