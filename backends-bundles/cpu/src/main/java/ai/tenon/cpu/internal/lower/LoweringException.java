package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.Node;

/** A model cannot be lowered because of one node. */
public final class LoweringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Node node;

    LoweringException(Node node, String reason, Throwable cause) {
        super(reason, cause);
        this.node = node;
    }

    /** The node; null if it is about the model's inputs or outputs. */
    public Node node() {
        return node;
    }
}
