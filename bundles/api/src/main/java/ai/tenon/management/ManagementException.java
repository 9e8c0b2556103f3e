package ai.tenon.management;

/** A change that was refused or failed; the gateway is as it was. */
public final class ManagementException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What sort of failure, for machines. */
    public enum Kind {
        /** The request makes no sense. */
        INVALID,
        /** It names something that is not there. */
        NOT_FOUND,
        /** It contradicts what is there, as the same bundle version with other content. */
        CONFLICT,
        /** It is not allowed, or the device lacks what it needs. */
        REFUSED,
        /** It cannot be done while the gateway runs. */
        NEEDS_RESTART,
        /** Too much is waiting already. */
        BUSY,
        CANCELLED,
        /** It was tried and did not work. */
        FAILED
    }

    private final Kind kind;

    /**
     * @param message a sentence that names what failed, and the way out
     */
    public ManagementException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ManagementException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
