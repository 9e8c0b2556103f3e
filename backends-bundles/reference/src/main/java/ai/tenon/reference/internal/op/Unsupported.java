package ai.tenon.reference.internal.op;

/** A node that this backend does not run; the message is the reason, without the node's name. */
public final class Unsupported extends Exception {
    private static final long serialVersionUID = 1L;

    public Unsupported(String reason) {
        super(reason);
    }
}
