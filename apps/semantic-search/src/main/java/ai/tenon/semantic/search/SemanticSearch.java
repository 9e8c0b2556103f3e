package ai.tenon.semantic.search;

import org.osgi.annotation.versioning.ProviderType;

/** Searches the configured folder; an OSGi service. Safe for use by several threads. */
@ProviderType
public interface SemanticSearch {
    /**
     * The passages nearest in meaning to a question, best first.
     *
     * @param question 1 to 1000 characters
     * @param k how many passages at most, 1 to 50
     * @throws SearchException by kind; the next question can be asked all the same
     */
    SearchAnswer search(String question, int k) throws SearchException;

    /** How the index stands. */
    SearchStatus status();
}
