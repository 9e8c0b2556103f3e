package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Multiplies the weights of two MatMuls or Gemms with nothing between them, where one product costs
 * fewer multiply-adds than two.
 */
@Component
public final class MatMulChain implements GraphPass {
    @Override
    public String name() {
        return "matmul-chain";
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
    public PassResult apply(Model model, Map<String, String> settings) {
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            Linear second = Edit.isAlive(node) ? matrix(node) : null;
            Value between = second == null ? null : node.input(0);
            Linear first =
                    Match.isReadOnce(between) && between.producer() != null
                            ? Linear.producing(between).orElse(null)
                            : null;
            if (first != null && matrix(first.node()) != null && merge(first, second)) {
                changes++;
            }
        }
        return Edit.result(changes, "pairs of matrix products in a row made one");
    }

    private static Linear matrix(Node node) {
        return Match.is(node, "MatMul", "Gemm") && node.intAttribute("transA", 0) == 0
                ? Linear.of(node).orElse(null)
                : null;
    }

    private static boolean merge(Linear first, Linear second) {
        int rows = first.inputChannels();
        int between = first.channels();
        int columns = second.channels();
        if (between != second.inputChannels()
                || (long) rows * columns >= (long) between * (rows + columns)) {
            return false;
        }
        double[][] a = first.matrix();
        double[][] b = second.matrix();
        double[] product = new double[rows * columns];
        double[] bias = second.bias();
        for (int m = 0; m < between; m++) {
            for (int n = 0; n < columns; n++) {
                bias[n] += first.bias()[m] * b[m][n];
            }
            for (int k = 0; k < rows; k++) {
                for (int n = 0; n < columns; n++) {
                    product[k * columns + n] += a[k][m] * b[m][n];
                }
            }
        }
        boolean gemm = Match.is(first.node(), "Gemm") || Match.is(second.node(), "Gemm");
        new Replacement(second.last(), first.node().input(0), second.node().name())
                .put(
                        gemm ? "Gemm" : "MatMul",
                        Numbers.of(DataType.FLOAT, product, rows, columns),
                        first.isBiased() || second.isBiased() ? bias : null,
                        List.of());
        return true;
    }
}
