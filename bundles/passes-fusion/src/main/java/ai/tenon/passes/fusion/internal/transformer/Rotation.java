package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import java.util.List;

/**
 * Pairs of elements of {@code x} turned by angles.
 *
 * @param x [batch, heads, sequence, size]
 * @param cos for each pair, or, with {@code doubled}, for each element
 * @param interleaved whether neighbours are pairs, instead of the two halves
 * @param last the node that gives the result
 */
record Rotation(
        Value x,
        Value cos,
        Value sin,
        boolean doubled,
        boolean interleaved,
        Node last,
        Group group) {
    /** A product of a value and a factor. */
    private record Product(Value value, Value factor, Node node) {}

    /** What ends in this node; null if it is something else. */
    static Rotation of(Node last, Types types) {
        if (Match.is(last, "Add")) {
            return doubled(last, types);
        }
        if (Match.is(last, "Concat")) {
            return isAlongLastAxis(last, types)
                    ? pairs(last, last.input(0), last.input(1), false, types)
                    : null;
        }
        Node stacked = Match.is(last, "Reshape") ? Match.producer(last.input(0), "Concat") : null;
        if (stacked == null || !isAlongLastAxis(stacked, types)) {
            return null;
        }
        Node real = lastUnsqueeze(stacked.input(0), types);
        Node imaginary = lastUnsqueeze(stacked.input(1), types);
        if (real == null || imaginary == null) {
            return null;
        }
        Rotation found = pairs(last, real.input(0), imaginary.input(0), true, types);
        if (found == null || !types.sameShape(found.x, last.output(0))) {
            return null;
        }
        List.of(stacked, real, imaginary).forEach(found.group::add);
        return found;
    }

    private static boolean isAlongLastAxis(Node concat, Types types) {
        long axis = concat.intAttribute("axis", 0);
        return concat.inputs().size() == 2
                && (axis == -1 || axis == types.rank(concat.output(0)) - 1);
    }

    private static Node lastUnsqueeze(Value value, Types types) {
        Node node = Axes.unsqueeze(value, -1);
        return node == null ? Axes.unsqueeze(value, types.rank(value) - 1) : node;
    }

    /** {@code x · cos + join(-b, a) · sin}, where a and b are the halves of x. */
    private static Rotation doubled(Node sum, Types types) {
        for (int i = 0; i < 2; i++) {
            for (Product straight : products(sum.input(i))) {
                for (Product turned : products(sum.input(1 - i))) {
                    Node join = Match.producer(turned.value, "Concat");
                    Node negative =
                            join == null || !isAlongLastAxis(join, types)
                                    ? null
                                    : Match.producer(join.input(0), "Neg");
                    if (negative == null
                            || !areHalves(
                                    straight.value,
                                    Part.of(join.input(1), types),
                                    Part.of(negative.input(0), types),
                                    types)) {
                        continue;
                    }
                    Group group = new Group();
                    List.of(sum, straight.node, turned.node, join, negative).forEach(group::add);
                    return new Rotation(
                            straight.value,
                            straight.factor,
                            turned.factor,
                            true,
                            false,
                            sum,
                            group);
                }
            }
        }
        return null;
    }

    /** {@code a · cos - b · sin} and {@code b · cos + a · sin}. */
    private static Rotation pairs(
            Node last, Value real, Value imaginary, boolean interleaved, Types types) {
        Node difference = Match.producer(real, "Sub");
        Node sum = Match.producer(imaginary, "Add");
        if (difference == null || sum == null) {
            return null;
        }
        for (Product first : products(difference.input(0))) {
            for (Product second : products(difference.input(1))) {
                Part a = Part.of(first.value, types);
                Part b = Part.of(second.value, types);
                Node crossed = crossed(sum, second.value, first.factor);
                Node other = crossed(sum, first.value, second.factor);
                if (a == null
                        || crossed == null
                        || other == null
                        || crossed == other
                        || !(interleaved
                                ? areNeighbours(a, b, types)
                                : areHalves(a.whole(), a, b, types))) {
                    continue;
                }
                Group group = new Group();
                List.of(last, difference, sum, first.node, second.node, crossed, other)
                        .forEach(group::add);
                return new Rotation(
                        a.whole(), first.factor, second.factor, false, interleaved, last, group);
            }
        }
        return null;
    }

    /** The product of these two among those added; null if there is none. */
    private static Node crossed(Node sum, Value value, Value factor) {
        for (Value input : sum.inputs()) {
            for (Product product : products(input)) {
                if (product.value == value && product.factor == factor) {
                    return product.node;
                }
            }
        }
        return null;
    }

    private static List<Product> products(Value value) {
        Node node = Match.producer(value, "Mul");
        return node == null
                ? List.of()
                : List.of(
                        new Product(node.input(0), node.input(1), node),
                        new Product(node.input(1), node.input(0), node));
    }

    private static boolean areHalves(Value x, Part a, Part b, Types types) {
        long size = types.dim(x, -1).length();
        return a != null
                && b != null
                && size > 0
                && size % 2 == 0
                && a.equals(new Part(x, 0, size / 2, 1))
                && b.equals(new Part(x, size / 2, size, 1));
    }

    private static boolean areNeighbours(Part a, Part b, Types types) {
        long size = types.dim(a.whole(), -1).length();
        return b != null
                && size % 2 == 0
                && a.equals(new Part(a.whole(), 0, size, 2))
                && b.equals(new Part(a.whole(), 1, size, 2));
    }
}
