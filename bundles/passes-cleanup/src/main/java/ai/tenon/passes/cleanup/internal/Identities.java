package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import java.util.Arrays;

/** Knows which nodes do nothing. */
final class Identities {
    private static final long NUMPY_BROADCASTING = 7;
    private static final long INPUTS_OF_SLICE = 10;

    private final Known known;
    private final long opset;

    Identities(Known known, long opset) {
        this.known = known;
        this.opset = opset;
    }

    /** The input that is always equal to the node's first output; null if there is none. */
    Value same(Node node) {
        Value x = node.input(0);
        if (!node.domain().isEmpty() || node.output(0) == null || x == null) {
            return null;
        }
        return switch (node.opType()) {
            case "Identity" -> x;
            case "Reshape", "Flatten", "Squeeze", "Unsqueeze" ->
                    known.sameShapeOfSameSize(x, node.output(0)) ? x : null;
            case "Expand", "Tile" -> known.sameShape(x, node.output(0)) ? x : null;
            case "Transpose" -> keepsOrder(node) ? x : null;
            case "Pad" -> addsNothing(node) ? x : null;
            case "Slice" -> stepsByOne(node) && known.sameShape(x, node.output(0)) ? x : null;
            case "Concat", "Sum", "Max", "Min", "Mean" -> node.inputs().size() == 1 ? x : null;
            case "Add" -> operand(node, 0, true);
            case "Sub" -> operand(node, 0, false);
            case "Mul" -> operand(node, 1, true);
            case "Div", "Pow" -> operand(node, 1, false);
            default -> null;
        };
    }

    private boolean keepsOrder(Node node) {
        long[] perm = node.intsAttribute("perm", null);
        if (perm == null) {
            Shape shape = known.shape(node.input(0));
            return shape != null && shape.rank() <= 1;
        }
        for (int i = 0; i < perm.length; i++) {
            if (perm[i] != i) {
                return false;
            }
        }
        return true;
    }

    private static boolean addsNothing(Node node) {
        long[] pads =
                node.inputs().size() > 1
                        ? Constants.integers(node.input(1))
                        : node.intsAttribute("pads", null);
        return pads != null && Arrays.stream(pads).allMatch(pad -> pad == 0);
    }

    private boolean stepsByOne(Node node) {
        if (opset < INPUTS_OF_SLICE || node.input(4) == null) {
            return true;
        }
        long[] steps = Constants.integers(node.input(4));
        return steps != null && Arrays.stream(steps).allMatch(step -> step == 1);
    }

    /** The operand beside one that is neutral and does not change the shape. */
    private Value operand(Node node, double neutral, boolean either) {
        if (node.inputs().size() != 2 || opset < NUMPY_BROADCASTING) {
            return null;
        }
        if (isNeutral(node, 1, neutral)) {
            return node.input(0);
        }
        return either && isNeutral(node, 0, neutral) ? node.input(1) : null;
    }

    private boolean isNeutral(Node node, int input, double neutral) {
        Value constant = node.input(input);
        if (!Constants.isFilledWith(constant, neutral)) {
            return false;
        }
        Value other = Match.other(node, constant);
        Tensor tensor = Constants.tensor(constant);
        Shape shape = known.shape(other);
        boolean broadcasts =
                tensor.size() == 1
                        && (tensor.rank() == 0 || shape != null && tensor.rank() <= shape.rank());
        return broadcasts || known.sameShape(other, node.output(0));
    }
}
