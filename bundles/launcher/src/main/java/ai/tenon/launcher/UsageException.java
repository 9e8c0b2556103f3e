package ai.tenon.launcher;

/** Something that whoever called can put right; its message is a sentence that says how. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
