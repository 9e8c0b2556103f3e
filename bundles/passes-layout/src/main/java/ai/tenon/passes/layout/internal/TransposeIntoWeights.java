package ai.tenon.passes.layout.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Lets MatMul and Gemm do what a Transpose before them does: a Transpose of a matrix becomes a flag
 * of Gemm; one before the flattening that leads to constant weights becomes another order of the
 * weights' rows.
 */
@Component
public final class TransposeIntoWeights implements GraphPass {
    private static final Permutation OF_MATRIX = Permutation.of(1, 0);
    private static final int MATRIX = 2;

    @Override
    public String name() {
        return "transpose-into-weights";
    }

    @Override
    public Stage stage() {
        return Stage.CLEANUP;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        Transposes transposes = new Transposes(model);
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                if (Match.is(node, "Gemm")) {
                    changes += setFlag(node, 0, "transA", transposes) ? 1 : 0;
                    changes += setFlag(node, 1, "transB", transposes) ? 1 : 0;
                }
                if (Match.is(node, "Gemm", "MatMul")) {
                    changes += reorderRows(node, transposes) ? 1 : 0;
                }
            }
        }
        return new PassResult(
                changes,
                changes == 0
                        ? List.of()
                        : List.of("transposes that became part of MatMul and Gemm: " + changes));
    }

    private static boolean setFlag(Node gemm, int input, String flag, Transposes transposes) {
        Value value = gemm.input(input);
        if (!OF_MATRIX.equals(transposes.order(value))) {
            return false;
        }
        gemm.setInput(input, value.producer().input(0));
        gemm.set(Attribute.ofInt(flag, 1 - gemm.intAttribute(flag, 0)));
        Rewrite.removeUnused(value);
        return true;
    }

    private static boolean reorderRows(Node node, Transposes transposes) {
        Node flatten = Match.soleProducer(node.input(0), "Flatten", "Reshape");
        Permutation order = flatten == null ? null : transposes.order(flatten.input(0));
        Tensor weights = Constants.tensor(node.input(1));
        if (order == null
                || order.rank() < MATRIX
                || order.before(0) != 0
                || weights == null
                || weights.rank() != MATRIX
                || !Permutation.moves(weights.type())
                || node.intAttribute("transA", 0) != 0) {
            return false;
        }
        boolean columns = node.intAttribute("transB", 0) != 0;
        Shape shape = transposes.shape(flatten.input(0));
        if (!flattensAllButFirst(shape, transposes.shape(node.input(0)))) {
            return false;
        }
        Value old = node.input(1);
        Tensor reordered = reorder(weights, columns, shape, order.inverse());
        node.setInput(1, Constants.add(node.graph(), old.name(), reordered));
        Value transposed = flatten.input(0);
        flatten.setInput(0, transposed.producer().input(0));
        Rewrite.removeUnused(old, transposed);
        return true;
    }

    private static boolean flattensAllButFirst(Shape from, Shape to) {
        if (from == null || to == null || to.rank() != MATRIX || !to.get(1).isKnown()) {
            return false;
        }
        long length = 1;
        for (int axis = 1; axis < from.rank(); axis++) {
            length *= from.get(axis).isKnown() ? from.get(axis).length() : 0;
        }
        return length > 0 && length == to.get(1).length();
    }

    /** The weights' long side, seen as the dimensions that were flattened into it, in the order. */
    private static Tensor reorder(
            Tensor weights, boolean columns, Shape flattened, Permutation order) {
        List<Long> shape = new ArrayList<>();
        List<Integer> axes = new ArrayList<>();
        for (int axis = 1; axis < order.rank(); axis++) {
            shape.add(flattened.get(axis).length());
            axes.add(columns ? order.before(axis) : order.before(axis) - 1);
        }
        if (columns) {
            shape.add(0, weights.dim(0));
            axes.add(0, 0);
        } else {
            axes.add(shape.size());
            shape.add(weights.dim(1));
        }
        long[] dims = shape.stream().mapToLong(Long::longValue).toArray();
        return new Permutation(axes).apply(weights.reshaped(dims)).reshaped(weights.shape());
    }
}
