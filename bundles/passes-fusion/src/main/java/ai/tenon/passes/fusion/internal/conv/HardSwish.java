package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.opset.OpsetRaise;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.osgi.service.component.annotations.Component;

/**
 * Recognises {@code x * clip(x + 3, 0, 6) / 6}, however it is spelt, as HardSwish of operator set
 * 14.
 */
@Component
public final class HardSwish implements GraphPass {
    private static final int FIRST_OPSET = 14;
    private static final double SIXTH = 1.0 / 6;
    private static final double ROUNDING = 1e-6;

    @Override
    public String name() {
        return "hard-swish";
    }

    @Override
    public Stage stage() {
        return Stage.FOLDING;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            Value input = input(node);
            if (input == null) {
                continue;
            }
            try {
                OpsetRaise.raise(model, FIRST_OPSET);
            } catch (IllegalArgumentException e) {
                String note = "HardSwish needs operator set " + FIRST_OPSET + ": ";
                return new PassResult(0, List.of(note + e.getMessage()));
            }
            Edit.replace(node, "HardSwish", node.name(), List.of(input), List.of());
            changes++;
        }
        return Edit.result(changes, "HardSwish recognised");
    }

    /**
     * The argument of the function of which the node is the last operator; null if there is none.
     */
    private static Value input(Node node) {
        Value product = sixfold(node);
        Node outer = Match.soleProducer(product, "Mul");
        if (outer != null) {
            Value found = gated(outer, HardSwish::clipped);
            if (found != null) {
                return found;
            }
        }
        return Match.is(node, "Mul") ? gated(node, HardSwish::gate) : null;
    }

    /** Of {@code x * f(x)} the argument; null if the other factor is not {@code f} of it. */
    private static Value gated(Node product, java.util.function.UnaryOperator<Value> argument) {
        for (Value factor : product.inputs()) {
            Value other = Match.other(product, factor);
            if (other != null && other != factor && argument.apply(factor) == other) {
                return other;
            }
        }
        return null;
    }

    /** The argument of the hard sigmoid that the value is. */
    private static Value gate(Value value) {
        Node hard = Match.soleProducer(value, "HardSigmoid");
        if (hard != null) {
            boolean fits =
                    Math.abs(hard.floatAttribute("alpha", 0.2f) - SIXTH) < ROUNDING
                            && hard.floatAttribute("beta", 0.5f) == 0.5f;
            return fits ? hard.input(0) : null;
        }
        return Match.isReadOnce(value) && value.producer() != null
                ? clipped(sixfold(value.producer()))
                : null;
    }

    /** What the node divides by 6; null if it does something else. */
    private static Value sixfold(Node node) {
        if (Match.is(node, "Div")) {
            return is(node.input(1), 6) ? node.input(0) : null;
        }
        if (Match.is(node, "Mul")) {
            return is(node.input(1), SIXTH)
                    ? node.input(0)
                    : is(node.input(0), SIXTH) ? node.input(1) : null;
        }
        return null;
    }

    /** The x of {@code clip(x + 3, 0, 6)}. */
    private static Value clipped(Value value) {
        Node clip = Match.soleProducer(value, "Clip");
        Node sum = clip == null ? null : Match.soleProducer(clip.input(0), "Add");
        if (sum == null
                || !is(Activation.bound(clip, "min", 1, -1), 0)
                || !is(Activation.bound(clip, "max", 2, -1), 6)) {
            return null;
        }
        return is(sum.input(1), 3) ? sum.input(0) : is(sum.input(0), 3) ? sum.input(1) : null;
    }

    private static boolean is(Value value, double number) {
        return is(Constants.scalar(value), number);
    }

    private static boolean is(OptionalDouble value, double number) {
        return value.isPresent() && Math.abs(value.getAsDouble() - number) < ROUNDING;
    }
}
