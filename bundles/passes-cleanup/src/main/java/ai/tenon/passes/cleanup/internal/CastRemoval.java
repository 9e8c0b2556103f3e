package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.optimize.GraphPass;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Removes casts to the type that a value has already, and the first of two casts where it loses
 * nothing.
 */
@Component(service = GraphPass.class)
public final class CastRemoval extends CleanupPass {
    @Override
    public String name() {
        return "cast-removal";
    }

    @Override
    String what() {
        return "casts removed";
    }

    @Override
    int apply(Model model) {
        ShapeInference inference = ShapeInference.of(model);
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                if (isCast(node) && node.input(0) != null) {
                    changes += skipFirst(node, inference) ? 1 : 0;
                    changes += removeIdle(node, inference) ? 1 : 0;
                }
            }
        }
        return changes;
    }

    private static boolean isCast(Node node) {
        return Match.is(node, "Cast")
                && node.attribute("to")
                        .filter(to -> to.kind() == Attribute.Kind.INT && to.value() != null)
                        .isPresent();
    }

    private static DataType target(Node cast) {
        return DataType.ofCode((int) cast.intAttribute("to", 0));
    }

    private static boolean removeIdle(Node node, ShapeInference inference) {
        return type(node.input(0), inference) == target(node)
                && Rewrite.bypass(node.output(0), node.input(0));
    }

    private static boolean skipFirst(Node node, ShapeInference inference) {
        Value middle = node.input(0);
        Node first = Match.producer(middle, "Cast");
        if (first == null || !isCast(first)) {
            return false;
        }
        DataType from = type(first.input(0), inference);
        if (from == null || target(node) == DataType.STRING || !isLossless(from, target(first))) {
            return false;
        }
        node.setInput(0, first.input(0));
        Rewrite.removeUnused(middle);
        return true;
    }

    private static DataType type(Value value, ShapeInference inference) {
        return inference.type(value) instanceof ValueType.OfTensor tensor
                ? tensor.elementType()
                : null;
    }

    /** True if every value of one type is one of the other too. */
    static boolean isLossless(DataType from, DataType to) {
        if (from == to) {
            return true;
        }
        if (from == DataType.BOOL) {
            return to.isInteger() || fraction(to) > 0;
        }
        if (from.isInteger() && to.isInteger()) {
            boolean signed = Numbers.signed(from);
            return Numbers.signed(to)
                    ? from.bits() < to.bits() || signed && from.bits() == to.bits()
                    : !signed && from.bits() <= to.bits();
        }
        if (from.isInteger()) {
            return from.bits() - (Numbers.signed(from) ? 1 : 0) <= fraction(to);
        }
        return switch (from) {
            case FLOAT16, BFLOAT16 -> to == DataType.FLOAT || to == DataType.DOUBLE;
            case FLOAT -> to == DataType.DOUBLE;
            default -> false;
        };
    }

    /** Bits of an integer that a floating-point type holds exactly; 0 for all other types. */
    private static int fraction(DataType type) {
        return switch (type) {
            case DOUBLE -> 53;
            case FLOAT -> 24;
            case FLOAT16 -> 11;
            case BFLOAT16 -> 8;
            default -> 0;
        };
    }
}
