package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Dimension;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.passes.pruning.internal.Space.Place;
import java.util.Arrays;

/** Operators that compute every channel from the same channel of their first input. */
final class Passage {
    private static final int CHANNELS_FIRST = 1;

    private final Node node;
    private final int channels;
    private final Place in;
    private final Shape shape;

    private Passage(Node node, int channels, Place in, Shape shape) {
        this.node = node;
        this.channels = channels;
        this.in = in;
        this.shape = shape;
    }

    /**
     * Where the output of an operator holds the channels that its first input holds.
     *
     * @param in where the input holds them
     * @return null if the operator mixes channels, or is not known
     */
    static Place leave(Node node, int channels, Place in, ShapeInference types) {
        ValueType type = types.type(node.input(0));
        Shape shape = type instanceof ValueType.OfTensor tensor ? tensor.shape() : null;
        return new Passage(node, channels, in, shape).leave();
    }

    private Place leave() {
        if (!node.domain().isEmpty() || !Match.usesFirstOutputOnly(node)) {
            return null;
        }
        if (Functions.isKnown(node)) {
            return in;
        }
        if (node.opType().equals("PRelu")) {
            Tensor slope = Constants.tensor(node.input(1));
            return slope != null && PerChannel.fits(slope, in, channels) ? in : null;
        }
        boolean single = in.repeat() == 1;
        boolean first = in.axis() == CHANNELS_FIRST && single;
        return switch (node.opType()) {
            case "BatchNormalization" -> first && isInference() ? in : null;
            case "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool" ->
                    first ? in : null;
            case "Resize" -> first && keepsChannels() ? in : null;
            case "ReduceMean", "ReduceMax" ->
                    single ? without(node.intAttribute("keepdims", 1) != 0) : null;
            case "Squeeze" -> single ? without(false) : null;
            case "Flatten" -> first && node.intAttribute("axis", 1) == 1 ? flattened() : null;
            case "Reshape" -> first && isFlattening() ? flattened() : null;
            case "Transpose" -> single ? transposed() : null;
            default -> null;
        };
    }

    private boolean isInference() {
        return node.intAttribute("training_mode", 0) == 0
                && node.intAttribute("spatial", 1) != 0
                && node.inputs().stream()
                        .skip(1)
                        .allMatch(value -> Constants.tensor(value) != null);
    }

    private boolean keepsChannels() {
        Tensor scales = Constants.tensor(node.input(2));
        return scales != null
                && scales.size() > 2
                && scales.toFloats()[0] == 1
                && scales.toFloats()[1] == 1
                && !node.stringAttribute("coordinate_transformation_mode", "half_pixel")
                        .equals("tf_crop_and_resize");
    }

    /** Without the dimensions behind the channels that the node takes away. */
    private Place without(boolean keep) {
        long[] axes =
                node.input(1) == null
                        ? node.intsAttribute("axes", null)
                        : Constants.integers(node.input(1));
        if (axes == null
                || axes.length == 0
                || Arrays.stream(axes)
                        .anyMatch(axis -> (axis < 0 ? axis + in.rank() : axis) <= in.axis())) {
            return null;
        }
        return keep ? in : new Place(in.axis(), in.rank() - axes.length, 1);
    }

    /** Number of elements of one channel; -1 if it is not known. */
    private long size() {
        if (shape == null || shape.rank() != in.rank()) {
            return -1;
        }
        long size = 1;
        for (int i = 2; i < shape.rank(); i++) {
            Dimension dimension = shape.get(i);
            if (!dimension.isKnown()) {
                return -1;
            }
            size *= dimension.length();
        }
        return size;
    }

    private Place flattened() {
        long size = size();
        return size < 1 || size * channels > Integer.MAX_VALUE ? null : new Place(1, 2, (int) size);
    }

    /** True for a Reshape to one row per sample. */
    private boolean isFlattening() {
        Value wanted = node.input(1);
        long[] lengths = Constants.integers(wanted);
        if (lengths == null || lengths.length != 2 || node.intAttribute("allowzero", 0) != 0) {
            return false;
        }
        long columns = size() * channels;
        boolean sameRows =
                lengths[0] == 0
                        || shape != null && lengths[0] > 0 && lengths[0] == shape.get(0).length();
        return size() > 0
                && (sameRows && (lengths[1] == -1 || lengths[1] == columns)
                        || lengths[0] == -1 && lengths[1] == columns);
    }

    private Place transposed() {
        long[] order = node.intsAttribute("perm", null);
        if (order == null || order.length != in.rank()) {
            return null;
        }
        for (int i = 0; i < order.length; i++) {
            if (order[i] == in.axis()) {
                return new Place(i, in.rank(), 1);
            }
        }
        return null;
    }
}
