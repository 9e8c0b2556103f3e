package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The cosines or sines of a rotation as RotaryEmbedding wants them: of each token, or a table and
 * positions in it. Where each is given twice, half of them is taken. What was made for one rotation
 * serves the others.
 */
final class Angles {
    private final Map<Value, Value> halves = new HashMap<>();

    /**
     * Where the numbers come from.
     *
     * @param values [batch, sequence, pairs], or with positions [entries, pairs]
     * @param positions [batch, sequence]; null if the values are those of the tokens
     */
    record Source(Value values, Value positions) {}

    /**
     * Where the factors of {@code x} come from: [batch, 1, sequence, …] made of [batch, sequence,
     * …]; null if they do not come so.
     */
    static Source source(Value factors, Value x, boolean doubled, Types types) {
        Node spread = Axes.unsqueeze(factors, 1);
        if (spread == null || types.rank(x) != 4) {
            return null;
        }
        Value ofTokens = spread.input(0);
        Dimension size = types.dim(x, 3);
        boolean fits =
                types.rank(ofTokens) == 3
                        && size.isKnown()
                        && types.dim(ofTokens, 2).length()
                                == (doubled ? size.length() : size.length() / 2)
                        && Types.same(types.dim(ofTokens, 0), types.dim(x, 0))
                        && Types.same(types.dim(ofTokens, 1), types.dim(x, 2));
        if (!fits) {
            return null;
        }
        Node gather = Match.producer(ofTokens, "Gather");
        Source source =
                gather != null
                                && gather.intAttribute("axis", 0) == 0
                                && types.rank(gather.input(0)) == 2
                                && types.element(gather.input(1)) == DataType.INT64
                        ? new Source(gather.input(0), gather.input(1))
                        : new Source(ofTokens, null);
        return !doubled || isTwice(source.values, 0) ? source : null;
    }

    /** True if the second half of the last axis repeats the first for certain. */
    private static boolean isTwice(Value value, int depth) {
        Tensor tensor = Constants.tensor(value);
        if (tensor != null) {
            return isTwice(tensor);
        }
        Node node = Match.producer(value, "Concat", "Cos", "Sin", "Mul", "Cast");
        if (node == null || depth > 6) {
            return false;
        }
        return switch (node.opType()) {
            case "Concat" ->
                    node.inputs().size() == 2
                            && node.input(0) == node.input(1)
                            && (node.intAttribute("axis", 0) == -1
                                    || node.intAttribute("axis", 0) == 2);
            case "Mul" ->
                    Constants.scalar(node.input(1)).isPresent()
                            && isTwice(node.input(0), depth + 1);
            default -> isTwice(node.input(0), depth + 1);
        };
    }

    private static boolean isTwice(Tensor tensor) {
        if (tensor.rank() == 0 || tensor.dim(tensor.rank() - 1) % 2 != 0) {
            return false;
        }
        int width = (int) tensor.dim(tensor.rank() - 1);
        double[] values = Numbers.doubles(tensor);
        for (int i = 0; i < values.length; i++) {
            if (i % width < width / 2 && values[i] != values[i + width / 2]) {
                return false;
            }
        }
        return true;
    }

    /** The first half of the last axis of what {@link #source} found, made before a node. */
    Value half(Value value, Node before) {
        Value known = halves.get(value);
        if (known == null) {
            known = makeHalf(value, before);
            halves.put(value, known);
        }
        return known;
    }

    private Value makeHalf(Value value, Node before) {
        Tensor tensor = Constants.tensor(value);
        if (tensor != null) {
            return Constants.add(before.graph(), value.name() + ".half", half(tensor));
        }
        Node node = value.producer();
        if (node.opType().equals("Concat")) {
            return node.input(0);
        }
        Value[] inputs = node.inputs().toArray(Value[]::new);
        inputs[0] = half(inputs[0], before);
        Node copy = Rewrite.insert(before, node.opType(), value.name() + ".half", null, inputs);
        node.attributes().forEach(copy::set);
        return copy.output(0);
    }

    private static Tensor half(Tensor tensor) {
        int width = (int) tensor.dim(tensor.rank() - 1);
        double[] values = Numbers.doubles(tensor);
        double[] half = new double[values.length / 2];
        Arrays.setAll(half, i -> values[i / (width / 2) * width + i % (width / 2)]);
        long[] shape = tensor.shape();
        shape[shape.length - 1] = width / 2;
        return Numbers.of(tensor.type(), half, shape);
    }
}
