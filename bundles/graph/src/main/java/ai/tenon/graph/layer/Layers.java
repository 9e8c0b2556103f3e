package ai.tenon.graph.layer;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.List;
import java.util.Optional;

/** Finds the layers of a model's main graph. */
public final class Layers {
    private static final int MATRIX = 2;

    private Layers() {}

    /** All layers, in the order of the nodes. Weights inside subgraphs are not looked at. */
    public static List<Layer> of(Model model) {
        Graph graph = model.graph();
        return graph.nodes().stream().map(Layers::of).flatMap(Optional::stream).toList();
    }

    /**
     * Layers inside branches and bodies, such as those of If and Loop, which quantizers leave
     * alone.
     */
    public static List<Layer> inSubgraphs(Model model) {
        return Rewrite.graphs(model).stream()
                .filter(graph -> graph.owner() != null)
                .flatMap(graph -> graph.nodes().stream())
                .map(Layers::of)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The node as a layer; empty if it is none. */
    public static Optional<Layer> of(Node node) {
        if (!node.domain().isEmpty()) {
            return Optional.empty();
        }
        return switch (node.opType()) {
            case "Conv" -> layer(node, 1, 0);
            case "ConvTranspose" -> layer(node, 1, 1);
            case "MatMul" -> layer(node, 1, -1);
            case "Gemm" -> layer(node, 1, node.intAttribute("transB", 0) == 0 ? 1 : 0);
            case "Gather" ->
                    node.intAttribute("axis", 0) == 0 ? layer(node, 0, 0) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Layer> layer(Node node, int input, int axis) {
        Value weight = node.input(input);
        if (weight == null
                || !(weight.constant() instanceof Tensor weights)
                || weights.type() != DataType.FLOAT
                || weights.rank() < MATRIX
                || weights.size() == 0) {
            return Optional.empty();
        }
        boolean matrix = !node.opType().startsWith("Conv");
        if (matrix && weights.rank() != MATRIX) {
            return Optional.empty();
        }
        int channelAxis = axis < 0 ? weights.rank() + axis : axis;
        long length = weights.size() / weights.dim(channelAxis);
        return Optional.of(new Layer(node, weight, input, channelAxis, length));
    }
}
