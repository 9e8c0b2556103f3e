package ai.tenon.cpu.internal.lower;

/** A node that this backend does not run; the message is a sentence without the node's name. */
public final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unsupported(String reason) {
        super(reason);
    }
}
