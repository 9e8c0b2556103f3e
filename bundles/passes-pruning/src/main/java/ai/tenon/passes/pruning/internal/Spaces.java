package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.passes.pruning.internal.Space.Place;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the channels of a model's main graph that can be taken out together. */
final class Spaces {
    private static final int FIRST_OPSET = 7;

    private final Map<Value, Space> spaces = new HashMap<>();
    private final Graph graph;
    private final ShapeInference types;

    private Spaces(Model model) {
        this.graph = model.graph();
        this.types = ShapeInference.of(model);
    }

    /** Those from which channels can be taken, in the order of their first layers. */
    static List<Space> of(Model model) {
        if (model.opset("") < FIRST_OPSET) {
            return List.of();
        }
        Spaces all = new Spaces(model);
        model.graph().nodes().forEach(all::visit);
        Set<Space> found = new LinkedHashSet<>();
        for (Node node : model.graph().nodes()) {
            for (Value output : node.outputs()) {
                Space space = all.spaces.get(output);
                if (space != null) {
                    found.add(space);
                    all.checkReaders(output, space);
                }
            }
        }
        return found.stream().filter(Space::isFree).toList();
    }

    private void checkReaders(Value value, Space space) {
        if (value.isGraphOutput()
                || value.uses().stream().anyMatch(user -> user.graph() != graph)) {
            space.fix();
        }
    }

    private void visit(Node node) {
        Layer layer = Layers.of(node).filter(Spaces::isUnderstood).orElse(null);
        boolean understood =
                layer != null
                        ? layer(layer)
                        : Match.is(node, "Add", "Sub", "Mul", "Div")
                                ? arithmetic(node)
                                : passage(node);
        if (!understood) {
            node.inputs().forEach(this::fix);
        }
    }

    private boolean passage(Node node) {
        Value input = node.input(0);
        Space space = spaces.get(input);
        if (space == null || node.inputs().stream().skip(1).anyMatch(spaces::containsKey)) {
            return false;
        }
        Place in = space.values().get(input);
        Place out = Passage.leave(node, space.channels(), in, types);
        if (out == null) {
            return false;
        }
        if (Match.is(node, "BatchNormalization", "PRelu", "Reshape")) {
            space.inside().add(node);
        }
        put(space, node.output(0), out);
        return true;
    }

    private void fix(Value value) {
        if (spaces.containsKey(value)) {
            spaces.get(value).fix();
        }
    }

    private static boolean isUnderstood(Layer layer) {
        Node node = layer.node();
        Value bias = node.opType().equals("MatMul") ? null : node.input(2);
        return !node.opType().equals("Gather")
                && Constants.tensor(layer.weight()) != null
                && (bias == null || Bias.isPerChannel(layer))
                && node.intAttribute("transA", 0) == 0;
    }

    private boolean layer(Layer layer) {
        Node node = layer.node();
        Value input = node.input(0);
        Space in = spaces.get(input);
        long group = node.intAttribute("group", 1);
        if (group > 1) {
            boolean depthwise =
                    node.opType().equals("Conv")
                            && layer.weights().dim(1) == 1
                            && layer.channels() == group;
            return depthwise && in != null && isAt(input, 1, 1) && inside(node, input);
        }
        boolean convolution = node.opType().startsWith("Conv");
        Shape output = shape(node.output(0));
        int rank = convolution ? layer.weights().rank() : output == null ? -1 : output.rank();
        if (rank < 2) {
            return false;
        }
        int axis = convolution ? 1 : rank - 1;
        if (in != null) {
            Place place = in.values().get(input);
            long channels = layer.weights().size() / layer.channels();
            if (place.axis() != axis
                    || convolution && place.repeat() != 1
                    || !convolution && channels != (long) in.channels() * place.repeat()) {
                return false;
            }
            in.consumers().add(layer);
        }
        Space out = new Space(layer.channels());
        out.producers().add(layer);
        put(out, node.output(0), new Place(axis, rank, 1));
        return true;
    }

    private boolean isAt(Value value, int axis, int repeat) {
        Place place = spaces.get(value).values().get(value);
        return place.axis() == axis && place.repeat() == repeat;
    }

    private boolean inside(Node node, Value input) {
        spaces.get(input).inside().add(node);
        return follow(node, input);
    }

    /** The node's output holds the same channels in the same place as the input. */
    private boolean follow(Node node, Value input) {
        Space space = spaces.get(input);
        put(space, node.output(0), space.values().get(input));
        return true;
    }

    private void put(Space space, Value value, Place place) {
        spaces.put(value, space);
        space.values().put(value, place);
    }

    private boolean arithmetic(Node node) {
        Value one = node.input(0);
        Value other = node.input(1);
        Tensor constant = Constants.tensor(other);
        if (constant == null) {
            constant = Constants.tensor(one);
            one = constant == null ? one : other;
        }
        Space space = spaces.get(one);
        if (constant != null) {
            return space == null || constant(node, one, constant);
        }
        Space second = spaces.get(other);
        if (space == null
                || second == null
                || space.channels() != second.channels()
                || !space.values().get(one).equals(second.values().get(other))) {
            return false;
        }
        if (space != second) {
            space.join(second);
            second.values().keySet().forEach(value -> spaces.put(value, space));
        }
        return follow(node, one);
    }

    private boolean constant(Node node, Value input, Tensor constant) {
        Space space = spaces.get(input);
        Place place = space.values().get(input);
        if (!PerChannel.fits(constant, place, space.channels())) {
            return false;
        }
        return PerChannel.axis(constant, place, space.channels()) < 0
                ? follow(node, input)
                : inside(node, input);
    }

    private Shape shape(Value value) {
        return types.type(value) instanceof ValueType.OfTensor tensor ? tensor.shape() : null;
    }
}
