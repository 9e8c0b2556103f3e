package ai.tenon.reference.internal;

/** The caller gave up before a node; carries no stack trace, since it is no error. */
final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException(String label) {
        super("stopped before " + label, null, false, false);
    }
}
