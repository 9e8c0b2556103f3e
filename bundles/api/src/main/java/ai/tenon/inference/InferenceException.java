package ai.tenon.inference;

/** A call that got no answer. */
public final class InferenceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** No such endpoint. */
        NOT_FOUND,
        /** Nothing can answer at the moment: unloaded, or no capable backend. */
        UNAVAILABLE,
        /** Too many calls wait already. */
        BUSY,
        /** The time was over, waiting or running. */
        DEADLINE_EXCEEDED,
        CANCELLED,
        /** An input is missing or does not fit the signature. */
        INVALID_INPUT,
        /** The backend failed on this call. */
        BACKEND_FAILED,
        /** The call object was closed. */
        CLOSED
    }

    private final Code code;

    /**
     * @param message names the endpoint and, where there is one, the input or backend, and the way
     *     out
     */
    public InferenceException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public InferenceException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
