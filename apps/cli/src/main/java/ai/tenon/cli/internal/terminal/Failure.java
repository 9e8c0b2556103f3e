package ai.tenon.cli.internal.terminal;

/** Something that failed through no fault of the user: exit code 1. The message is one sentence. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
