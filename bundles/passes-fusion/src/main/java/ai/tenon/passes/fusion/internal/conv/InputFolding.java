package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
        return Edit.result(changes, "normalisations folded into the layer behind");
    }

    private static boolean fold(Model model, ShapeInference types, Node node) {
        Linear layer = Linear.of(node).orElse(null);
        if (layer == null
                || node.opType().equals("ConvTranspose")
                || node.intAttribute("transA", 0) != 0) {
            return false;
        }
        InputChain chain = InputChain.of(model, types, layer);
        if (chain.steps().isEmpty()) {
            return false;
        }
        double[] scale = Channels.filled(layer.inputChannels(), 1);
        double[] shift = new double[scale.length];
        for (Affine step : chain.steps()) {
            for (int c = 0; c < scale.length; c++) {
                shift[c] += scale[c] * step.shift()[c];
                scale[c] *= step.scale()[c];
            }
        }
        if (Arrays.stream(shift).allMatch(each -> each == 0) || !Padding.isPadded(node)) {
            layer.scaleInputs(scale, shift).replace(layer.last(), chain.source(node));
            return true;
        }
        if (chain.steps().size() == 1 || Arrays.stream(scale).anyMatch(each -> each == 0)) {
            return false;
        }
        for (int c = 0; c < scale.length; c++) {
            shift[c] /= scale[c];
        }
        Value sum = add(layer, chain.source(node), shift);
        layer.scaleInputs(scale, new double[scale.length]).replace(layer.last(), sum);
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
}
