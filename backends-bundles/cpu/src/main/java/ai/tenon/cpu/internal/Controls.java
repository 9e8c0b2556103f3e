package ai.tenon.cpu.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Match;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Inputs whose contents decide which branch of an If is taken, as a sampling rate may: single
 * integers. A plan is made for each of their contents, as for each shape, so that branches that are
 * not taken are not there.
 */
final class Controls {
    private static final int FEW = 4;

    private Controls() {}

    /** Positions of such inputs among the model's required inputs. */
    static int[] of(Model model) {
        Set<Value> reached = new HashSet<>();
        visit(model.graph(), reached);
        List<Value> inputs = model.graph().requiredInputs();
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (reached.contains(inputs.get(i)) && isSmall(inputs.get(i))) {
                found.add(i);
            }
        }
        return found.stream().mapToInt(i -> i).toArray();
    }

    private static void visit(Graph graph, Set<Value> reached) {
        for (Node node : graph.nodes()) {
            if (Match.is(node, "If")) {
                behind(node.input(0), reached);
            }
            for (Attribute attribute : node.attributes()) {
                attribute.graphs().forEach(each -> visit(each, reached));
            }
        }
    }

    private static void behind(Value value, Set<Value> reached) {
        if (value != null && reached.add(value) && value.producer() != null) {
            // the shape of a tensor is known without its contents
            if (!Match.is(value.producer(), "Shape", "Size")) {
                value.producer().inputs().forEach(each -> behind(each, reached));
            }
        }
    }

    private static boolean isSmall(Value input) {
        ValueType.OfTensor type = input.tensorType();
        boolean integer =
                type != null
                        && (type.elementType() == DataType.BOOL
                                || type.elementType() != null && type.elementType().isInteger());
        return integer && type.shape() != null && type.shape().rank() <= 1;
    }

    /**
     * True if a plan may depend on what the tensor holds.
     *
     * @throws IllegalArgumentException if it holds too much
     */
    static Tensor copy(Tensor tensor) {
        if (tensor.size() > FEW) {
            throw new IllegalArgumentException(
                    "an input that chooses a branch has " + tensor.size() + " elements");
        }
        Tensor copy = Tensor.allocate(tensor.type(), tensor.shape());
        copy.buffer().duplicate().put(tensor.buffer().duplicate());
        return copy;
    }

    /** True if both hold the same; allocates nothing. */
    static boolean same(Tensor a, Tensor b) {
        if (a.byteSize() != b.byteSize()) {
            return false;
        }
        for (int i = 0; i < a.byteSize(); i++) {
            if (a.buffer().get(i) != b.buffer().get(i)) {
                return false;
            }
        }
        return true;
    }
}
