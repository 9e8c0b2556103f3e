package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Folds what scales and shifts the channels of a layer's input into the layer: the normalisation of
 * pictures (Sub, Div) and BatchNormalization before a Conv, BatchNormalization before a Gemm or a
 * MatMul.
 *
 * <p>Padding stands in the way of the shift: the Conv pads with zeros behind it, which are not the
 * same as zeros before it. Then the scale alone is folded, and one Add in front stays of two
 * operators or more.
 */
@Component
public final class InputFolding implements GraphPass {
    @Override
    public String name() {
        return "input-normalization";
    }

    @Override
    public Stage stage() {
        return Stage.FOLDING;
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public Set<String> after() {
        return Set.of("hard-swish");
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        ShapeInference types = ShapeInference.of(model);
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            if (Edit.isAlive(node) && fold(model, types, node)) {
                changes++;
            }
        }
        return new PassResult(changes, List.of());
    }

    private static boolean fold(Model model, ShapeInference types, Node node) {
        Linear layer = Linear.of(node).orElse(null);
        if (layer == null
                || node.opType().equals("ConvTranspose")
                || node.intAttribute("transA", 0) != 0) {
            return false;
        }
        int inputs = layer.inputChannels();
        List<Affine> chain = chain(model, types, layer, inputs);
        if (chain.isEmpty()) {
            return false;
        }
        double[] scale = Channels.filled(inputs, 1);
        double[] shift = new double[inputs];
        for (Affine affine : chain) {
            for (int c = 0; c < inputs; c++) {
                shift[c] += scale[c] * affine.shift()[c];
                scale[c] *= affine.scale()[c];
            }
        }
        Value source = chain.get(chain.size() - 1).input();
        boolean shifts = false;
        boolean invertible = true;
        for (int c = 0; c < inputs; c++) {
            shifts |= shift[c] != 0;
            invertible &= scale[c] != 0;
        }
        if (!shifts || !Padding.isPadded(node)) {
            layer.scaleInputs(scale, shift).replace(layer.last(), source);
            return true;
        }
        if (chain.size() == 1 || !invertible) {
            return false;
        }
        double[] before = new double[inputs];
        for (int c = 0; c < inputs; c++) {
            before[c] = shift[c] / scale[c];
        }
        Value sum = add(layer, source, before);
        layer.scaleInputs(scale, new double[inputs]).replace(layer.last(), sum);
        return true;
    }

    /** The Add that stays in front of a padded Conv. */
    private static Value add(Linear layer, Value source, double[] shift) {
        long[] shape = new long[layer.shape().length - 1];
        Arrays.fill(shape, 1);
        shape[0] = shift.length;
        Value constant =
                Constants.add(
                        source.graph(),
                        source.name() + ".shift",
                        Numbers.of(DataType.FLOAT, shift, shape));
        String hint = source.name() + ".shifted";
        return Rewrite.insert(layer.node(), "Add", hint, source.type(), source, constant).output(0);
    }

    /** What can be folded, from the layer upwards. */
    private static List<Affine> chain(
            Model model, ShapeInference types, Linear layer, int channels) {
        List<Affine> chain = new ArrayList<>();
        Value value = layer.node().input(0);
        while (value.producer() != null && Match.isReadOnce(value)) {
            Optional<Affine> found = read(model, types, layer, value.producer(), channels);
            if (found.isEmpty()) {
                break;
            }
            chain.add(found.get());
            value = found.get().input();
        }
        return chain;
    }

    private static Optional<Affine> read(
            Model model, ShapeInference types, Linear layer, Node node, int channels) {
        // the scale and shift of a LayerNorm stand before a MatMul too: those are not for us
        if (!layer.isConvolution() && !Affine.isNormalization(node)) {
            return Optional.empty();
        }
        int rank = layer.shape().length;
        return Affine.of(model, node, rank, 1, channels)
                .filter(affine -> hasChannels(types, affine.input(), rank, channels));
    }

    /** Else the constant may be what gives the tensor its channels. */
    private static boolean hasChannels(ShapeInference types, Value value, int rank, int channels) {
        Shape shape =
                types.type(value) instanceof ValueType.OfTensor tensor ? tensor.shape() : null;
        return shape != null && shape.rank() == rank && shape.get(1).length() == channels;
    }
}
