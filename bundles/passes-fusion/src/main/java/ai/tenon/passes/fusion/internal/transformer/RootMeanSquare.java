package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import java.util.OptionalDouble;

/**
 * {@code dividend / √(mean(squared²) + epsilon)}, the mean over the last axis, in its spellings.
 *
 * @param group the nodes that compute it
 */
record RootMeanSquare(Value dividend, Value squared, float epsilon, Group group) {
    /** What computes {@code value}; null if it is nothing of the kind. */
    static RootMeanSquare of(Value value, Types types) {
        Group group = new Group();
        Node quotient = group.add(Match.producer(value, "Div"));
        if (quotient != null) {
            return of(quotient.input(0), root(quotient.input(1), group), group, types);
        }
        Node product = group.add(Match.producer(value, "Mul"));
        if (product == null) {
            return null;
        }
        for (int i = 0; i < 2; i++) {
            Group attempt = new Group();
            attempt.add(product);
            Value sum = inverseRoot(product.input(i), attempt);
            RootMeanSquare found = of(product.input(1 - i), sum, attempt, types);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** x of {@code √x}; null if it is none. */
    private static Value root(Value value, Group group) {
        Node root = Match.producer(value, "Sqrt", "Pow");
        if (root == null || root.opType().equals("Pow") && !isScalar(root.input(1), 0.5)) {
            return null;
        }
        return group.add(root).input(0);
    }

    /** x of {@code 1 / √x}; null if it is none. */
    private static Value inverseRoot(Value value, Group group) {
        Node inverse = Match.producer(value, "Reciprocal", "Div", "Pow");
        if (inverse == null) {
            return null;
        }
        group.add(inverse);
        return switch (inverse.opType()) {
            case "Reciprocal" -> root(inverse.input(0), group);
            case "Div" -> isScalar(inverse.input(0), 1) ? root(inverse.input(1), group) : null;
            default -> isScalar(inverse.input(1), -0.5) ? inverse.input(0) : null;
        };
    }

    private static RootMeanSquare of(Value dividend, Value sum, Group group, Types types) {
        Node biased = group.add(Match.producer(sum, "Add"));
        if (biased == null) {
            return null;
        }
        for (int i = 0; i < 2; i++) {
            OptionalDouble epsilon = Constants.scalar(biased.input(i));
            Node mean = Match.producer(biased.input(1 - i), "ReduceMean");
            if (epsilon.isPresent() && isOverLastAxis(mean, types)) {
                group.add(mean);
                Value squared = squared(group.add(mean.input(0).producer()));
                return squared == null
                        ? null
                        : new RootMeanSquare(
                                dividend, squared, (float) epsilon.getAsDouble(), group);
            }
        }
        return null;
    }

    private static Value squared(Node square) {
        boolean isSquare =
                Match.is(square, "Pow") && isScalar(square.input(1), 2)
                        || Match.is(square, "Mul") && square.input(0) == square.input(1);
        return isSquare ? square.input(0) : null;
    }

    private static boolean isScalar(Value value, double expected) {
        OptionalDouble scalar = Constants.scalar(value);
        return scalar.isPresent() && scalar.getAsDouble() == expected;
    }

    /** True for a ReduceMean over the last axis that keeps it. */
    static boolean isOverLastAxis(Node mean, Types types) {
        if (!Match.is(mean, "ReduceMean") || mean.intAttribute("keepdims", 1) == 0) {
            return false;
        }
        long[] axes =
                mean.input(1) == null
                        ? mean.intsAttribute("axes", new long[0])
                        : Constants.integers(mean.input(1));
        int rank = types.rank(mean.input(0));
        return axes != null
                && axes.length == 1
                && (axes[0] == -1 || rank > 0 && axes[0] == rank - 1);
    }

    /**
     * The 16-bit numbers of which {@code x} is made, if what comes of it becomes such again.
     *
     * @param narrowed the Cast behind
     * @return null if they are no such numbers
     */
    static Value beforeWidening(Value x, Node narrowed, Types types) {
        Node cast = Match.producer(x, "Cast");
        DataType type = cast == null ? null : types.element(cast.input(0));
        return type != null
                        && type.bits() == 16
                        && type.isFloat()
                        && narrowed.intAttribute("to", 0) == type.code()
                        && types.element(x) == DataType.FLOAT
                ? cast.input(0)
                : null;
    }
}
