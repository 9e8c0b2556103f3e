package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Node;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * An activation function that ONNX Runtime's CPU provider computes inside a convolution.
 *
 * @param name the operator that computes it alone
 * @param parameters of the function, in the order of {@code FusedConv}'s {@code activation_params}
 */
record Activation(String name, List<Float> parameters) {
    private static final float LEAKY_ALPHA = 0.01f;
    private static final float HARD_ALPHA = 0.2f;
    private static final float HARD_BETA = 0.5f;

    /** Null if the node is none, or its parameters can change from run to run. */
    static Activation of(Node node) {
        if (Match.is(node, "Relu", "Sigmoid", "Tanh")) {
            return new Activation(node.opType(), List.of());
        }
        if (Match.is(node, "LeakyRelu")) {
            return new Activation("LeakyRelu", List.of(node.floatAttribute("alpha", LEAKY_ALPHA)));
        }
        if (Match.is(node, "HardSigmoid")) {
            return new Activation(
                    "HardSigmoid",
                    List.of(
                            node.floatAttribute("alpha", HARD_ALPHA),
                            node.floatAttribute("beta", HARD_BETA)));
        }
        return Match.is(node, "Clip") ? clip(node) : null;
    }

    private static Activation clip(Node node) {
        OptionalDouble low = bound(node, "min", 1, -Float.MAX_VALUE);
        OptionalDouble high = bound(node, "max", 2, Float.MAX_VALUE);
        return low.isEmpty() || high.isEmpty()
                ? null
                : new Activation(
                        "Clip", List.of((float) low.getAsDouble(), (float) high.getAsDouble()));
    }

    /**
     * A Clip's bound: an attribute before opset 11, an input since; empty if it is not constant.
     */
    static OptionalDouble bound(Node clip, String name, int input, double otherwise) {
        return clip.input(input) == null
                ? OptionalDouble.of(clip.floatAttribute(name, (float) otherwise))
                : Constants.scalar(clip.input(input));
    }

    /** As attributes of {@code com.microsoft.FusedConv}. */
    List<Attribute> ofConv() {
        List<Attribute> attributes = new ArrayList<>();
        attributes.add(Attribute.ofString("activation", name));
        if (!parameters.isEmpty()) {
            attributes.add(Attribute.of("activation_params", Attribute.Kind.FLOATS, parameters));
        }
        return attributes;
    }

    /** As attributes of {@code com.microsoft.FusedGemm}; null if that cannot compute it. */
    List<Attribute> ofGemm() {
        return switch (name) {
            case "Relu", "Sigmoid", "Tanh" -> List.of(Attribute.ofString("activation", name));
            case "LeakyRelu" ->
                    List.of(
                            Attribute.ofString("activation", name),
                            Attribute.ofFloat("activation_alpha", parameters.get(0)));
            default -> null;
        };
    }
}
