package ai.tenon.semantic.search;

import java.util.List;

/**
 * What a question found.
 *
 * @param results best first
 * @param passages how many were compared
 * @param backend what computed the question's embedding, {@code name@version}
 * @param stale true if the passages were embedded by the model before this one; the new index is
 *     being made
 */
public record SearchAnswer(
        String question, List<Hit> results, int passages, String backend, boolean stale) {
    public SearchAnswer {
        results = List.copyOf(results);
    }

    /**
     * A passage that was found.
     *
     * @param score cosine of the embeddings, -1 to 1
     * @param file relative to the folder, with {@code /}
     */
    public record Hit(float score, String file, String passage) {}
}
