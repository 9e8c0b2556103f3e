package ai.tenon.reference.internal;

/** A node that failed while running. */
final class NodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NodeException(String label, RuntimeException cause) {
        super(
                label + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()),
                cause);
    }
}
