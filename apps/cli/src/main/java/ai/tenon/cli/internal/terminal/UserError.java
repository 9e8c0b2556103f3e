package ai.tenon.cli.internal.terminal;

/**
 * Something that the user can put right: exit code 2. The message is one sentence that says how.
 */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
