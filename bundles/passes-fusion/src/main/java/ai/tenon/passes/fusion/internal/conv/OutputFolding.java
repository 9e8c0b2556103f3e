package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.optimize.PassResult;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Folds what scales and shifts the channels of a layer's output into the layer. */
final class OutputFolding {
    private final Set<String> layers;
    private final Predicate<Node> candidate;

    /**
     * @param layers operators into which to fold
     * @param candidate nodes to fold
     */
    OutputFolding(Set<String> layers, Predicate<Node> candidate) {
        this.layers = layers;
        this.candidate = candidate;
    }

    PassResult apply(Model model) {
        ShapeInference types = ShapeInference.of(model);
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            if (candidate.test(node) && fold(model, types, node)) {
                changes++;
            }
        }
        return Edit.result(changes, "operators folded into the layer before");
    }

    private boolean fold(Model model, ShapeInference types, Node node) {
        for (Value input : node.inputs()) {
            Linear layer = Match.isReadOnce(input) ? Linear.producing(input).orElse(null) : null;
            if (layer == null || !layers.contains(layer.node().opType())) {
                continue;
            }
            Optional<Affine> affine = read(model, types, layer, input, node);
            if (affine.isPresent()) {
                layer.scaleOutputs(affine.get().scale(), affine.get().shift());
                layer.replace(node, layer.node().input(0));
                return true;
            }
        }
        return false;
    }

    private static Optional<Affine> read(
            Model model, ShapeInference types, Linear layer, Value output, Node node) {
        int rank = layer.shape().length;
        int axis = 1;
        if (layer.node().opType().equals("MatMul")) {
            if (!(types.type(output) instanceof ValueType.OfTensor type) || type.shape() == null) {
                return Optional.empty();
            }
            rank = type.shape().rank();
            axis = rank - 1;
        }
        return Affine.of(model, node, rank, axis, layer.channels());
    }
}
