package ai.tenon.passes.layout.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.graph.shape.ShapeInference;

/** Transpose nodes and what is known of the values around them. */
final class Transposes {
    private final ShapeInference inference;

    Transposes(Model model) {
        inference = ShapeInference.of(model);
    }

    static long count(Model model) {
        return Rewrite.graphs(model).stream()
                .flatMap(graph -> graph.nodes().stream())
                .filter(node -> Match.is(node, "Transpose"))
                .count();
    }

    ValueType type(Value value) {
        return value == null ? null : inference.type(value);
    }

    /** The shape of a value; null when not even the rank is known. */
    Shape shape(Value value) {
        return type(value) instanceof ValueType.OfTensor tensor ? tensor.shape() : null;
    }

    /** The order into which a Transpose brings its input; null if the node is none, or unknown. */
    Permutation order(Node node) {
        if (!Match.is(node, "Transpose") || node.input(0) == null) {
            return null;
        }
        long[] perm = node.intsAttribute("perm", null);
        if (perm != null) {
            return Permutation.of(perm);
        }
        Shape shape = shape(node.input(0));
        if (shape == null) {
            return null;
        }
        long[] reversed = new long[shape.rank()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = reversed.length - 1 - i;
        }
        return Permutation.of(reversed);
    }

    /** The order in which a value was brought by a Transpose; null if by none. */
    Permutation order(Value value) {
        return value == null ? null : order(value.producer());
    }

    /**
     * Makes one of a Transpose and what is before it: another Transpose, or a constant.
     *
     * @return false if there is nothing before it to join
     */
    boolean join(Node node) {
        Permutation second = order(node);
        Value middle = node.input(0);
        if (second == null) {
            return false;
        }
        Tensor constant = Constants.tensor(middle);
        if (constant != null) {
            return Permutation.moves(constant.type())
                    && replace(node.output(0), second.apply(constant));
        }
        Permutation first = order(middle);
        if (first == null) {
            return second.isIdentity() && Rewrite.bypass(node.output(0), middle);
        }
        Value x = middle.producer().input(0);
        Permutation both = first.then(second);
        if (both.isIdentity() && Rewrite.bypass(node.output(0), x)) {
            return true;
        }
        node.setInput(0, x);
        node.set(Attribute.ofInts("perm", both.toLongs()));
        Rewrite.removeUnused(middle);
        return true;
    }

    private static boolean replace(Value value, Tensor contents) {
        if (value.isGraphOutput() || value.uses().isEmpty()) {
            return false;
        }
        Graph graph = value.graph();
        graph.replaceUses(value, Constants.add(graph, value.name(), contents));
        Rewrite.removeUnused(value);
        return true;
    }

    /** True if the node has not been removed or replaced. */
    static boolean isThere(Node node) {
        return node.outputs().stream()
                .anyMatch(
                        out ->
                                out != null
                                        && out.producer() == node
                                        && node.graph().value(out.name()) == out);
    }
}
