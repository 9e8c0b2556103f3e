package ai.tenon.semantic.search;

/** A question that got no answer. */
public final class SearchException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** The question or the number of passages is out of bounds. */
        INVALID,
        /** No index yet, or no endpoint that answers. */
        UNAVAILABLE,
        /** The endpoint has too much to do. */
        BUSY,
        /** The endpoint took too long. */
        DEADLINE_EXCEEDED,
        /** The endpoint failed, or its model makes no sentence embeddings. */
        FAILED
    }

    private final Kind kind;

    /**
     * @param message a sentence that says what is wrong, and the way out
     */
    public SearchException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public SearchException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
