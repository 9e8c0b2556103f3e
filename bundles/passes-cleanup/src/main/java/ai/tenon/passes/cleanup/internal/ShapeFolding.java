package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
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
import ai.tenon.graph.shape.Term;
import ai.tenon.optimize.GraphPass;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Puts constants in the place of calculations with shapes ({@code Shape}, {@code Gather}, {@code
 * Concat} …) whose results shape inference knows. A {@code Reshape} whose target is known but for
 * one length, or up to lengths that its input has at the same place, gets a constant target too.
 */
@Component(service = GraphPass.class)
public final class ShapeFolding extends CleanupPass {
    @Override
    public String name() {
        return "shape-folding";
    }

    @Override
    String what() {
        return "calculations of shapes folded";
    }

    @Override
    int apply(Model model) {
        ShapeInference inference = ShapeInference.of(model);
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                if (graph.value(firstName(node)) != node.output(0)) {
                    continue; // went with another one
                }
                changes += fold(node, inference) ? 1 : 0;
            }
        }
        return changes;
    }

    private static String firstName(Node node) {
        return node.output(0) == null ? "" : node.output(0).name();
    }

    private static boolean fold(Node node, ShapeInference inference) {
        if (node.outputs().size() == 1
                && !Match.is(node, "Constant")
                && foldContents(node.output(0), inference)) {
            return true;
        }
        return Match.is(node, "Reshape") && foldTarget(node, inference);
    }

    private static boolean foldContents(Value value, ShapeInference inference) {
        List<Term> terms = inference.contents(value);
        if (terms == null
                || terms.stream().anyMatch(term -> term.value() == null)
                || !(inference.type(value) instanceof ValueType.OfTensor type)
                || type.elementType() == null
                || !type.elementType().isInteger()
                || type.shape() == null
                || !type.shape().isStatic()) {
            return false;
        }
        long[] values = terms.stream().mapToLong(Term::value).toArray();
        DataType element = type.elementType();
        return Folding.replace(value, Numbers.of(element, values, type.shape().lengths()));
    }

    private static boolean foldTarget(Node node, ShapeInference inference) {
        Value target = node.input(1);
        List<Term> terms = target == null ? null : inference.contents(target);
        if (terms == null || Constants.tensor(target) != null) {
            return false;
        }
        Shape from =
                inference.type(node.input(0)) instanceof ValueType.OfTensor tensor
                        ? tensor.shape()
                        : null;
        boolean zeroKeeps = node.intAttribute("allowzero", 0) == 0;
        long[] dims = new long[terms.size()];
        boolean open = terms.stream().anyMatch(term -> term.is(-1));
        for (int i = 0; i < dims.length; i++) {
            Term term = terms.get(i);
            if (term.value() != null) {
                dims[i] = term.value();
            } else if (zeroKeeps && isLengthOf(from, i, term)) {
                dims[i] = 0;
            } else if (!open) {
                dims[i] = -1;
                open = true;
            } else {
                return false;
            }
        }
        String hint = node.output(0).name() + "_shape";
        node.setInput(1, Constants.add(node.graph(), hint, Numbers.ofLongs(dims, dims.length)));
        Rewrite.removeUnused(target);
        return true;
    }

    private static boolean isLengthOf(Shape shape, int axis, Term term) {
        return shape != null
                && axis < shape.rank()
                && term.symbol() != null
                && term.symbol().equals(shape.get(axis).symbol());
    }
}
