package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import java.util.Optional;

/**
 * A node that computes {@code input * scale + shift} with constants of its own for every channel.
 */
record Affine(Node node, Value input, double[] scale, double[] shift) {
    private static final int FIRST_OPSET = 7;

    /**
     * Reads BatchNormalization (as it is for inference), Mul, Div, Add or Sub.
     *
     * @param rank of the node's input
     * @param axis its channel axis
     * @param channels its length
     * @return empty if the node is none of these, or not with one constant per channel
     */
    static Optional<Affine> of(Model model, Node node, int rank, int axis, int channels) {
        if (!node.domain().isEmpty() || model.opset("") < FIRST_OPSET) {
            return Optional.empty();
        }
        return switch (node.opType()) {
            case "BatchNormalization" ->
                    axis == 1 ? normalization(node, channels) : Optional.empty();
            case "Mul", "Div", "Add", "Sub" -> arithmetic(node, rank, axis, channels);
            default -> Optional.empty();
        };
    }

    static boolean isNormalization(Node node) {
        return Match.is(node, "BatchNormalization");
    }

    private static Optional<Affine> normalization(Node node, int channels) {
        boolean training =
                node.intAttribute("training_mode", 0) != 0
                        || node.intAttribute("spatial", 1) == 0
                        || !Match.usesFirstOutputOnly(node);
        double[][] given = new double[4][];
        for (int i = 0; i < given.length; i++) {
            Tensor tensor = Channels.floats(node.input(i + 1));
            if (training || tensor == null || tensor.size() != channels) {
                return Optional.empty();
            }
            given[i] = Numbers.doubles(tensor);
        }
        double epsilon = node.floatAttribute("epsilon", 1e-5f);
        double[] scale = new double[channels];
        double[] shift = new double[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = given[0][c] / Math.sqrt(given[3][c] + epsilon);
            shift[c] = given[1][c] - given[2][c] * scale[c];
        }
        return finite(new Affine(node, node.input(0), scale, shift));
    }

    private static Optional<Affine> arithmetic(Node node, int rank, int axis, int channels) {
        boolean commutes = node.opType().equals("Mul") || node.opType().equals("Add");
        boolean subtracted = false;
        Value input = node.input(0);
        double[] given = Channels.of(node.input(1), rank, axis, channels);
        if (given == null && (commutes || node.opType().equals("Sub"))) {
            input = node.input(1);
            given = Channels.of(node.input(0), rank, axis, channels);
            subtracted = !commutes;
        }
        if (given == null || input == null || Channels.floats(input) != null) {
            return Optional.empty();
        }
        double[] scale = Channels.filled(channels, subtracted ? -1 : 1);
        double[] shift = new double[channels];
        for (int c = 0; c < channels; c++) {
            switch (node.opType()) {
                case "Mul" -> scale[c] = given[c];
                case "Div" -> scale[c] = 1 / given[c];
                case "Add" -> shift[c] = given[c];
                default -> shift[c] = subtracted ? given[c] : -given[c];
            }
        }
        return finite(new Affine(node, input, scale, shift));
    }

    private static Optional<Affine> finite(Affine affine) {
        for (int c = 0; c < affine.scale.length; c++) {
            if (!Double.isFinite(affine.scale[c]) || !Double.isFinite(affine.shift[c])) {
                return Optional.empty();
            }
        }
        return Optional.of(affine);
    }
}
