package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * {@code softmax(scale · q · kᵀ + masks) · v}.
 *
 * @param q [batch, heads, sequence, size]
 * @param masks what is added to the scores
 * @param result [batch, heads, sequence, value size]
 * @param group the nodes from the scores to the result
 */
record AttentionCore(
        Heads q, Heads k, Heads v, float scale, List<Mask> masks, Value result, Group group) {
    /**
     * What is added to the scores.
     *
     * @param value what is added; or, with {@code hidden}, a condition where nothing is added
     * @param hidden a scalar taken where the condition is false; null where {@code value} is added
     */
    record Mask(Value value, Value hidden) {}

    /** The scores behind scaling and masks. */
    private record Scores(Node product, double scale, List<Mask> masks) {}

    /** Scores that are masked at this or less have no weight in a softmax. */
    private static final double LOW = -1000;

    /** What ends in this product of probabilities and values; null if it is something else. */
    static AttentionCore of(Node product, Types types) {
        Node softmax =
                Match.is(product, "MatMul") ? Match.producer(product.input(0), "Softmax") : null;
        int rank = softmax == null ? -1 : types.rank(softmax.input(0));
        long axis = softmax == null ? 0 : softmax.intAttribute("axis", -1);
        if (rank != 4 && rank != 5 || axis != -1 && axis != rank - 1) {
            return null;
        }
        Group group = new Group();
        group.add(product);
        group.add(softmax);
        Scores scores = scores(softmax.input(0), group, 0);
        if (scores == null) {
            return null;
        }
        return rank == 4
                ? plain(product, scores, group, types)
                : grouped(product, scores, group, types);
    }

    private static AttentionCore plain(Node product, Scores scores, Group group, Types types) {
        Axes.Multiple left = Axes.Multiple.of(scores.product.input(0));
        Axes.Multiple right = Axes.Multiple.of(scores.product.input(1));
        Heads k = Heads.ofTransposed(right.value(), types);
        if (k == null || types.rank(product.input(1)) != 4) {
            return null;
        }
        double scale = scores.scale * left.factor() * right.factor() * innerScale(right.value());
        return new AttentionCore(
                Heads.of(left.value(), types),
                k,
                Heads.of(product.input(1), types),
                (float) scale,
                scores.masks,
                product.output(0),
                group);
    }

    /** By how much keys are multiplied before they are transposed. */
    private static double innerScale(Value transposed) {
        return Axes.Multiple.of(transposed.producer().input(0)).factor();
    }

    /**
     * Queries as [batch, shared, heads per shared, sequence, size], keys and values with an axis of
     * length 1 between.
     */
    private static AttentionCore grouped(Node product, Scores scores, Group group, Types types) {
        Axes.Multiple left = Axes.Multiple.of(scores.product.input(0));
        Axes.Multiple right = Axes.Multiple.of(scores.product.input(1));
        Node split = Match.producer(left.value(), "Reshape");
        Node transpose = Axes.transpose(right.value(), 0, 1, 2, 4, 3);
        Node keys = transpose == null ? null : Axes.unsqueeze(transpose.input(0), 2);
        Node values = Axes.unsqueeze(product.input(1), 2);
        Node merge = Match.soleReader(product.output(0), "Reshape");
        if (split == null || keys == null || values == null || merge == null) {
            return null;
        }
        Value q = split.input(0);
        Value y = merge.output(0);
        long heads = types.dim(q, 1).length();
        boolean fits =
                types.rank(q) == 4
                        && types.rank(y) == 4
                        && heads > 0
                        && heads == types.dim(y, 1).length()
                        && types.dim(keys.input(0), 1).length()
                                == types.dim(left.value(), 1).length()
                        && types.dim(left.value(), 1).length() * types.dim(left.value(), 2).length()
                                == heads
                        && Types.same(types.dim(q, 3), types.dim(left.value(), 4))
                        && Types.same(types.dim(y, 3), types.dim(values.input(0), 3))
                        && Types.same(types.dim(q, 0), types.dim(left.value(), 0))
                        && Types.same(types.dim(q, 0), types.dim(y, 0));
        if (!fits) {
            return null;
        }
        group.add(merge);
        return new AttentionCore(
                Heads.of(q, types),
                Heads.of(keys.input(0), types),
                Heads.of(values.input(0), types),
                (float) (scores.scale * left.factor() * right.factor()),
                scores.masks,
                y,
                group);
    }

    /** Goes back from the softmax to the product of queries and keys. */
    private static Scores scores(Value value, Group group, int depth) {
        Node node = Match.producer(value, "MatMul", "Mul", "Div", "Add", "Where");
        if (node == null || depth > 6) {
            return null;
        }
        Group inner = new Group();
        inner.add(node);
        Scores found =
                switch (node.opType()) {
                    case "MatMul" -> new Scores(node, 1, List.of());
                    case "Add" -> added(node, inner, depth);
                    case "Where" -> hidden(node, inner, depth);
                    default -> scaled(node, inner, depth);
                };
        if (found != null) {
            group.addAll(inner);
        }
        return found;
    }

    private static Scores scaled(Node node, Group group, int depth) {
        for (int i = 0; i < 2; i++) {
            OptionalDouble factor = Constants.scalar(node.input(1 - i));
            boolean divides = node.opType().equals("Div");
            if (factor.isPresent() && !(divides && i == 1)) {
                Scores inner = scores(node.input(i), group, depth + 1);
                double by = divides ? 1 / factor.getAsDouble() : factor.getAsDouble();
                // A mask inside would be scaled too.
                return inner == null || !inner.masks.isEmpty()
                        ? null
                        : new Scores(inner.product, inner.scale * by, inner.masks);
            }
        }
        return null;
    }

    private static Scores added(Node node, Group group, int depth) {
        for (int i = 0; i < 2; i++) {
            Scores inner = scores(node.input(i), group, depth + 1);
            if (inner != null) {
                return with(inner, new Mask(node.input(1 - i), null));
            }
        }
        return null;
    }

    private static Scores hidden(Node node, Group group, int depth) {
        OptionalDouble low = Constants.scalar(node.input(2));
        boolean hides = low.isPresent() && low.getAsDouble() <= LOW;
        Scores inner =
                hides && seesTheFirst(node.input(0))
                        ? scores(node.input(1), group, depth + 1)
                        : null;
        return inner == null ? null : with(inner, new Mask(node.input(0), node.input(2)));
    }

    private static Scores with(Scores scores, Mask mask) {
        List<Mask> masks = new ArrayList<>(scores.masks);
        masks.add(mask);
        return new Scores(scores.product, scores.scale, masks);
    }

    /**
     * True for a condition that certainly lets every query see the first key: a constant, from
     * which columns are taken from the first on. (Where everything is hidden, adding and replacing
     * are not the same.)
     */
    private static boolean seesTheFirst(Value condition) {
        Value at = condition;
        for (Node slice = Match.producer(at, "Slice");
                slice != null;
                slice = Match.producer(at, "Slice")) {
            long[] axes = Constants.integers(slice.input(3));
            boolean rows = axes != null && axes.length == 1 && axes[0] == 2;
            long[] starts = Constants.integers(slice.input(1));
            boolean fromFirst = starts != null && starts.length == 1 && starts[0] == 0;
            if (!rows && !fromFirst || !isStepOne(slice)) {
                return false;
            }
            at = slice.input(0);
        }
        var tensor = Constants.tensor(at);
        if (tensor == null || tensor.rank() != 4 || tensor.type().bits() != 8) {
            return false;
        }
        long columns = tensor.dim(3);
        for (int row = 0; columns > 0 && row < tensor.size() / columns; row++) {
            if (tensor.buffer().get((int) (row * columns)) == 0) {
                return false;
            }
        }
        return columns > 0;
    }

    private static boolean isStepOne(Node slice) {
        return slice.input(4) == null || Constants.isFilledWith(slice.input(4), 1);
    }
}
