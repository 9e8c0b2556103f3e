package ai.tenon.graph.shape;

/** A model contradicts itself: no tensors could have the types and shapes that it demands. */
public final class ShapeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String node;
    private final String value;

    /**
     * @param node label of the node at which the contradiction shows
     * @param value name of the value that cannot be; empty if it is about the inputs as a whole
     */
    public ShapeException(String node, String value, String message) {
        super(node + (value.isEmpty() ? "" : ", value '" + value + "'") + ": " + message);
        this.node = node;
        this.value = value;
    }

    /** Label of the node at which the contradiction shows. */
    public String node() {
        return node;
    }

    /** Name of the value that cannot be; empty if it is about the inputs as a whole. */
    public String value() {
        return value;
    }
}
