package ai.tenon.graph.rewrite;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import java.util.Arrays;

/** Finds groups of standard operators. Wherever a parameter may be null, null is no match. */
public final class Match {
    private Match() {}

    /** True for a standard operator of one of these names. */
    public static boolean is(Node node, String... opTypes) {
        return node != null
                && node.domain().isEmpty()
                && Arrays.asList(opTypes).contains(node.opType());
    }

    /** The standard operator of one of these names that computes a value; null if none does. */
    public static Node producer(Value value, String... opTypes) {
        return value != null && is(value.producer(), opTypes) ? value.producer() : null;
    }

    /**
     * As {@link #producer}, but only if one node alone reads the value, once, and no graph returns
     * it: then producer and reader may become one.
     */
    public static Node soleProducer(Value value, String... opTypes) {
        return isReadOnce(value) ? producer(value, opTypes) : null;
    }

    /**
     * The standard operator of one of these names that alone reads a value, once, in the value's
     * own graph; null if there is none, or a graph returns the value.
     */
    public static Node soleReader(Value value, String... opTypes) {
        if (!isReadOnce(value)) {
            return null;
        }
        Node reader = value.uses().get(0);
        return reader.graph() == value.graph() && is(reader, opTypes) ? reader : null;
    }

    /** True if one node reads the value, once, and no graph returns it. */
    public static boolean isReadOnce(Value value) {
        return value != null && value.uses().size() == 1 && !value.isGraphOutput();
    }

    /** Of a node with two inputs the one that is not {@code one}; null if that is neither. */
    public static Value other(Node node, Value one) {
        return node.input(0) == one ? node.input(1) : node.input(1) == one ? node.input(0) : null;
    }

    /** True if no output but the first is used. */
    public static boolean usesFirstOutputOnly(Node node) {
        return node.outputs().stream()
                .skip(1)
                .allMatch(output -> output == null || !output.isUsed());
    }
}
