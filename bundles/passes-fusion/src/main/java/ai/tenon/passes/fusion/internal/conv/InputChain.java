package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.graph.shape.ShapeInference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What scales and shifts the input of a layer, and nobody else reads.
 *
 * @param steps from the layer upwards
 * @param transpose a Transpose among them; null if there is none
 */
record InputChain(List<Affine> steps, Node transpose) {

    static InputChain of(Model model, ShapeInference types, Linear layer) {
        List<Affine> steps = new ArrayList<>();
        Node transpose = null;
        int axis = 1;
        Value value = layer.node().input(0);
        while (Match.isReadOnce(value) && value.producer() != null) {
            Optional<Affine> found = read(model, types, layer, value, axis);
            if (found.isPresent()) {
                steps.add(found.get());
                value = found.get().input();
                continue;
            }
            // pictures come with the channels last, and are normalised before they are transposed
            Node between = transpose == null ? Match.producer(value, "Transpose") : null;
            long[] order = between == null ? null : between.intsAttribute("perm", null);
            if (order == null
                    || order.length != layer.shape().length
                    || !Match.isReadOnce(between.input(0))
                    || read(model, types, layer, between.input(0), (int) order[1]).isEmpty()) {
                break;
            }
            transpose = between;
            axis = (int) order[1];
            value = between.input(0);
        }
        return new InputChain(steps, transpose);
    }

    private static Optional<Affine> read(
            Model model, ShapeInference types, Linear layer, Value value, int axis) {
        Node node = value.producer();
        // the scale and shift of a LayerNorm stand before a MatMul too: those are not for us
        if (node == null || !layer.isConvolution() && !Affine.isNormalization(node)) {
            return Optional.empty();
        }
        int rank = layer.shape().length;
        int channels = layer.inputChannels();
        return Affine.of(model, node, rank, axis, channels)
                .filter(affine -> hasChannels(types, affine.input(), rank, axis, channels));
    }

    /** Else the constant may be what gives the tensor its channels. */
    private static boolean hasChannels(
            ShapeInference types, Value value, int rank, int axis, int channels) {
        Shape shape =
                types.type(value) instanceof ValueType.OfTensor tensor ? tensor.shape() : null;
        return shape != null && shape.rank() == rank && shape.get(axis).length() == channels;
    }

    /** What the layer would read without these steps; a Transpose of it is put before the layer. */
    Value source(Node layer) {
        Value source = steps.get(steps.size() - 1).input();
        if (transpose == null) {
            return source;
        }
        Node moved = Rewrite.insert(layer, "Transpose", transpose.output(0).name(), null, source);
        transpose.attributes().forEach(moved::set);
        return moved.output(0);
    }
}
