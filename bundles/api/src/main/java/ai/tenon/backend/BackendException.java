package ai.tenon.backend;

/** An error of a backend, by what can be done about it. */
public final class BackendException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What can be done about an error. */
    public enum ErrorClass {
        /** The same call may work in a moment. */
        RETRYABLE,
        /** The device has to be reset first. */
        RESET_DEVICE,
        /** The executable is useless, compiling again may help. */
        RECOMPILE,
        /** This backend cannot; another one may. */
        FALLBACK,
        /** Nothing can be done from here. */
        FATAL,
        /** The caller's input does not fit. */
        INVALID_INPUT,
        /** The caller gave up or its deadline passed; not the backend's fault. */
        CANCELLED
    }

    private final ErrorClass errorClass;
    private final long vendorCode;
    private final String vendorMessage;

    /**
     * @param message names the model and node, and the way out
     */
    public BackendException(ErrorClass errorClass, String message) {
        this(errorClass, message, null);
    }

    public BackendException(ErrorClass errorClass, String message, Throwable cause) {
        this(errorClass, message, 0, "", cause);
    }

    /**
     * @param vendorCode the vendor library's own number; 0 if there is none
     * @param vendorMessage the vendor library's own words; empty if there are none
     */
    public BackendException(
            ErrorClass errorClass,
            String message,
            long vendorCode,
            String vendorMessage,
            Throwable cause) {
        super(message, cause);
        this.errorClass = errorClass;
        this.vendorCode = vendorCode;
        this.vendorMessage = vendorMessage;
    }

    public ErrorClass errorClass() {
        return errorClass;
    }

    /** The vendor library's own number; 0 if there is none. */
    public long vendorCode() {
        return vendorCode;
    }

    /** The vendor library's own words; empty if there are none. */
    public String vendorMessage() {
        return vendorMessage;
    }
}
