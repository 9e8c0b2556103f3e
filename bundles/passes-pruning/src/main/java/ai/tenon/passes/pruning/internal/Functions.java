package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import java.util.Set;

/** Functions of one number: what they make of a constant. */
final class Functions {
    /** Those of which only the value at zero, which is zero, is computed here. */
    private static final Set<String> ZERO_AT_ZERO =
            Set.of(
                    "Abs",
                    "Neg",
                    "Elu",
                    "Selu",
                    "Celu",
                    "Erf",
                    "Gelu",
                    "Mish",
                    "Sign",
                    "Sqrt",
                    "Softsign",
                    "ThresholdedRelu");

    private static final Set<String> COMPUTED =
            Set.of(
                    "Identity",
                    "Dropout",
                    "Relu",
                    "LeakyRelu",
                    "Clip",
                    "Sigmoid",
                    "Tanh",
                    "HardSigmoid",
                    "HardSwish",
                    "Exp",
                    "Softplus");

    private Functions() {}

    /** True for an operator that computes element by element, with constant parameters. */
    static boolean isKnown(Node node) {
        boolean constant =
                node.inputs().stream()
                        .skip(1)
                        .allMatch(input -> input == null || Constants.tensor(input) != null);
        boolean training = node.opType().equals("Dropout") && node.input(2) != null;
        return constant
                && !training
                && (COMPUTED.contains(node.opType()) || ZERO_AT_ZERO.contains(node.opType()));
    }

    /** The function's value; NaN if it is not known. */
    static double apply(Node node, double x) {
        return switch (node.opType()) {
            case "Identity", "Dropout" -> x;
            case "Relu" -> Math.max(x, 0);
            case "LeakyRelu" -> x < 0 ? x * node.floatAttribute("alpha", 0.01f) : x;
            case "Clip" ->
                    Math.min(
                            Math.max(x, bound(node, "min", 1, Double.NEGATIVE_INFINITY)),
                            bound(node, "max", 2, Double.POSITIVE_INFINITY));
            case "Sigmoid" -> 1 / (1 + Math.exp(-x));
            case "Tanh" -> Math.tanh(x);
            case "HardSigmoid" ->
                    hardSigmoid(
                            x,
                            node.floatAttribute("alpha", 0.2f),
                            node.floatAttribute("beta", 0.5f));
            case "HardSwish" -> x * hardSigmoid(x, 1.0 / 6, 0.5);
            case "Exp" -> Math.exp(x);
            case "Softplus" -> Math.log1p(Math.exp(x));
            default -> x == 0 ? 0 : Double.NaN;
        };
    }

    private static double hardSigmoid(double x, double alpha, double beta) {
        return Math.max(0, Math.min(1, alpha * x + beta));
    }

    private static double bound(Node clip, String name, int input, double otherwise) {
        Value given = clip.input(input);
        return given != null
                ? Constants.scalar(given).orElse(otherwise)
                : clip.attribute(name).isPresent() ? clip.floatAttribute(name, 0) : otherwise;
    }
}
