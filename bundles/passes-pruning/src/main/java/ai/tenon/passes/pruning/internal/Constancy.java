package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.passes.pruning.internal.Space.Place;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** Follows channels that are the same number everywhere, whatever the model is given. */
final class Constancy {
    private final Map<Value, Space> spaces = new HashMap<>();
    private final Map<Value, double[]> numbers = new HashMap<>();
    private final BiPredicate<Space, Integer> pruned;

    private Constancy(List<Space> all, BiPredicate<Space, Integer> pruned) {
        this.pruned = pruned;
        all.forEach(space -> space.values().keySet().forEach(v -> spaces.put(v, space)));
    }

    /**
     * The number that each channel is, NaN where it is none, by value of the spaces.
     *
     * @param pruned channels of which the layers' weights count as zero
     */
    static Map<Value, double[]> of(
            Model model, List<Space> spaces, BiPredicate<Space, Integer> pruned) {
        Constancy constancy = new Constancy(spaces, pruned);
        for (Node node : model.graph().nodes()) {
            Value output = node.output(0);
            if (constancy.spaces.containsKey(output)) {
                constancy.numbers.put(output, constancy.visit(node));
            }
        }
        return constancy.numbers;
    }

    private double[] visit(Node node) {
        Layer layer = Layers.of(node).orElse(null);
        if (layer != null) {
            return layer(layer);
        }
        if (Match.is(node, "Add", "Sub", "Mul", "Div")) {
            return arithmetic(node);
        }
        double[] in = numbers.get(node.input(0));
        return switch (node.opType()) {
            case "BatchNormalization" -> normalized(node, in);
            case "AveragePool" -> isZeroOr(!Windows.countsPadding(node), in);
            case "PRelu" -> map(in, x -> x >= 0 ? x : Double.NaN);
            default -> Functions.isKnown(node) ? map(in, x -> Functions.apply(node, x)) : in;
        };
    }

    private double[] layer(Layer layer) {
        Space space = spaces.get(layer.node().output(0));
        double[] bias = Bias.of(layer);
        double[] sums = new double[bias.length];
        boolean[] used = new boolean[bias.length];
        Tensor weights = layer.weights();
        double[] values = Numbers.doubles(weights);
        int inner = 1;
        for (int i = layer.channelAxis() + 1; i < weights.rank(); i++) {
            inner *= (int) weights.dim(i);
        }
        for (int i = 0; i < values.length; i++) {
            int channel = i / inner % bias.length;
            sums[channel] += values[i];
            used[channel] |= values[i] != 0;
        }
        boolean producer = space.producers().stream().anyMatch(p -> p.node() == layer.node());
        double[] in = producer ? null : numbers.get(layer.node().input(0));
        boolean padded = Windows.isPadded(layer.node());
        for (int c = 0; c < bias.length; c++) {
            if (producer ? used[c] && !pruned.test(space, c) : used[c]) {
                boolean known = in != null && !Double.isNaN(in[c]) && (in[c] == 0 || !padded);
                bias[c] = known ? bias[c] + in[c] * sums[c] : Double.NaN;
            }
        }
        return bias;
    }

    private static double[] normalized(Node node, double[] in) {
        double[][] given = new double[4][];
        Arrays.setAll(given, i -> Numbers.doubles(Constants.tensor(node.input(i + 1))));
        double[] out = new double[in.length];
        for (int c = 0; c < out.length; c++) {
            double scale =
                    given[0][c] / Math.sqrt(given[3][c] + node.floatAttribute("epsilon", 1e-5f));
            out[c] = scale == 0 ? given[1][c] : (in[c] - given[2][c]) * scale + given[1][c];
        }
        return out;
    }

    private double[] arithmetic(Node node) {
        double[] left = operand(node, 0);
        double[] right = operand(node, 1);
        double[] out = new double[left.length];
        for (int c = 0; c < out.length; c++) {
            out[c] =
                    switch (node.opType()) {
                        case "Add" -> left[c] + right[c];
                        case "Sub" -> left[c] - right[c];
                        case "Mul" -> left[c] == 0 || right[c] == 0 ? 0 : left[c] * right[c];
                        default -> right[c] == 0 ? Double.NaN : left[c] / right[c];
                    };
        }
        return out;
    }

    /** The numbers of an operand; NaN for a constant with several numbers for one channel. */
    private double[] operand(Node node, int index) {
        Value value = node.input(index);
        if (numbers.containsKey(value)) {
            return numbers.get(value);
        }
        Value other = node.input(1 - index);
        Space space = spaces.get(other);
        Place place = space.values().get(other);
        double[] values = PerChannel.values(Constants.tensor(value), place, space.channels());
        if (values == null) {
            values = new double[space.channels()];
            Arrays.fill(values, Double.NaN);
        }
        return values;
    }

    private static double[] isZeroOr(boolean any, double[] in) {
        return any ? in : map(in, x -> x == 0 ? 0 : Double.NaN);
    }

    private static double[] map(double[] in, java.util.function.DoubleUnaryOperator function) {
        return Arrays.stream(in).map(function).toArray();
    }
}
