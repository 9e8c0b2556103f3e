package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.passes.pruning.internal.Space.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Takes channels out of a space: out of the weights around it and the constants in it. */
final class ChannelRemoval {
    private final Space space;
    private final int[] keep;
    private final Map<Value, double[]> numbers;

    /**
     * @param keep the channels that stay, ascending
     * @param numbers what the removed ones are, by value
     */
    ChannelRemoval(Space space, int[] keep, Map<Value, double[]> numbers) {
        this.space = space;
        this.keep = keep;
        this.numbers = numbers;
    }

    void run() {
        space.consumers().forEach(each -> consume(current(each)));
        space.producers().forEach(each -> produce(current(each)));
        space.inside().forEach(this::inside);
        space.values().forEach(this::setType);
    }

    /** The layer as it is now: another space may have lost channels before. */
    private static Layer current(Layer layer) {
        return Layers.of(layer.node()).orElseThrow();
    }

    private void produce(Layer layer) {
        Node node = layer.node();
        slice(node, layer.weightInput(), layer.channelAxis());
        Tensor bias = node.opType().equals("MatMul") ? null : Constants.tensor(node.input(2));
        if (bias != null && bias.size() > 1) {
            slice(node, 2, bias.rank() - 1);
        }
    }

    private void consume(Layer layer) {
        Node node = layer.node();
        Value input = node.input(0);
        int repeat = space.values().get(input).repeat();
        int axis = inputAxis(layer);
        double[] more = contribution(layer, axis, repeat, numbers.get(input));
        if (Arrays.stream(more).anyMatch(each -> each != 0)) {
            double[] bias = Bias.of(layer);
            Arrays.setAll(bias, c -> bias[c] + more[c]);
            Tensor tensor = Numbers.of(layer.weights().type(), bias, (long) bias.length);
            node.removeAttribute("beta");
            setConstant(node, 2, tensor, node.output(0).name() + ".bias");
        }
        int[] positions = new int[keep.length * repeat];
        Arrays.setAll(positions, i -> keep[i / repeat] * repeat + i % repeat);
        Tensor weights = PerChannel.slice(layer.weights(), axis, positions);
        setConstant(node, 1, weights, layer.weight().name());
    }

    private static int inputAxis(Layer layer) {
        return layer.node().opType().equals("Conv") ? 1 : 1 - layer.channelAxis();
    }

    /** What the removed channels add to each output channel. */
    private double[] contribution(Layer layer, int axis, int repeat, double[] in) {
        double[] removed = in.clone();
        for (int channel : keep) {
            removed[channel] = 0;
        }
        double[] sums = new double[layer.channels()];
        if (!Match.is(layer.node(), "Conv", "Gemm")) {
            return sums;
        }
        double[] values = Numbers.doubles(layer.weights());
        float alpha = layer.node().floatAttribute("alpha", 1);
        for (int i = 0; i < values.length; i++) {
            int channel = index(layer.weights(), i, axis) / repeat;
            double number = Double.isNaN(removed[channel]) ? 0 : removed[channel];
            sums[index(layer.weights(), i, layer.channelAxis())] += alpha * values[i] * number;
        }
        return sums;
    }

    private static int index(Tensor tensor, int position, int axis) {
        int inner = 1;
        for (int i = axis + 1; i < tensor.rank(); i++) {
            inner *= (int) tensor.dim(i);
        }
        return (int) (position / inner % tensor.dim(axis));
    }

    private void inside(Node node) {
        switch (node.opType()) {
            case "Conv" -> {
                produce(current(Layers.of(node).orElseThrow()));
                node.set(Attribute.ofInt("group", keep.length));
            }
            case "BatchNormalization" -> {
                for (int i = 1; i <= 4; i++) {
                    slice(node, i, 0);
                }
            }
            case "Reshape" -> reshape(node);
            default -> {
                int constant = Constants.tensor(node.input(1)) == null ? 0 : 1;
                Place place = space.values().get(node.output(0));
                Tensor tensor = Constants.tensor(node.input(constant));
                int axis = PerChannel.axis(tensor, place, space.channels());
                if (axis >= 0) {
                    slice(node, constant, axis);
                }
            }
        }
    }

    private void reshape(Node node) {
        long[] lengths = Constants.integers(node.input(1));
        if (lengths[1] > 0) {
            lengths[1] = lengths[1] / space.channels() * keep.length;
            Tensor shape = Numbers.ofLongs(lengths, lengths.length);
            setConstant(node, 1, shape, node.input(1).name());
        }
    }

    private void slice(Node node, int input, int axis) {
        Tensor tensor = Constants.tensor(node.input(input));
        setConstant(node, input, PerChannel.slice(tensor, axis, keep), node.input(input).name());
    }

    /** Gives one input of one node new contents; other readers of the old ones keep those. */
    private static void setConstant(Node node, int input, Tensor contents, String name) {
        Graph graph = node.graph();
        Value old = node.input(input);
        if (old != null && old.isConstant() && Match.isReadOnce(old)) {
            graph.setConstant(old, contents);
            old.setType(ValueType.tensor(contents.type(), contents.shape()));
            return;
        }
        node.setInput(input, Constants.add(graph, name, contents));
        Rewrite.removeUnused(old);
    }

    private void setType(Value value, Place place) {
        if (value.tensorType() == null || value.tensorType().shape() == null) {
            return;
        }
        List<Dimension> dimensions = new ArrayList<>(value.tensorType().shape().dimensions());
        dimensions.set(place.axis(), Dimension.of((long) keep.length * place.repeat()));
        value.setType(
                new ValueType.OfTensor(value.tensorType().elementType(), new Shape(dimensions)));
    }
}
