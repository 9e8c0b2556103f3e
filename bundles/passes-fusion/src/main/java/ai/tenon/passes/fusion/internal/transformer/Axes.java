package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import java.util.Arrays;
import java.util.OptionalDouble;

/** Reads nodes that rearrange axes. */
final class Axes {
    private Axes() {}

    /** The node that computes {@code value} if it is a Transpose with these axes; else null. */
    static Node transpose(Value value, long... perm) {
        Node node = Match.producer(value, "Transpose");
        return isTranspose(node, perm) ? node : null;
    }

    /** True for a Transpose with these axes. */
    static boolean isTranspose(Node node, long... perm) {
        return Match.is(node, "Transpose")
                && Arrays.equals(node.intsAttribute("perm", new long[0]), perm);
    }

    /** The node that computes {@code value} if it is an Unsqueeze of this axis; else null. */
    static Node unsqueeze(Value value, long axis) {
        Node node = Match.producer(value, "Unsqueeze");
        if (node == null) {
            return null;
        }
        long[] axes =
                node.input(1) == null
                        ? node.intsAttribute("axes", new long[0])
                        : Constants.integers(node.input(1));
        return axes != null && axes.length == 1 && axes[0] == axis ? node : null;
    }

    /**
     * What a value is a multiple of by a scalar, and the scalar.
     *
     * @param value itself, times 1, where it is none
     */
    record Multiple(Value value, double factor) {
        static Multiple of(Value value) {
            Multiple found = new Multiple(value, 1);
            Multiple inner = found.step();
            while (inner != null) {
                found = inner;
                inner = found.step();
            }
            return found;
        }

        private Multiple step() {
            Node node = Match.producer(value, "Mul", "Div");
            if (node == null) {
                return null;
            }
            OptionalDouble right = Constants.scalar(node.input(1));
            if (right.isPresent()) {
                double by = right.getAsDouble();
                double times = node.opType().equals("Mul") ? by : 1 / by;
                return new Multiple(node.input(0), factor * times);
            }
            OptionalDouble left = Constants.scalar(node.input(0));
            return left.isPresent() && node.opType().equals("Mul")
                    ? new Multiple(node.input(1), factor * left.getAsDouble())
                    : null;
        }
    }
}
