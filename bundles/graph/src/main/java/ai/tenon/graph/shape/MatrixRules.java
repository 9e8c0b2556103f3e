package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Matrix products. */
final class MatrixRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(facts -> product(facts, 0, 1, facts.element(0)), "MatMul");
        rules.add(facts -> product(facts, 0, 1, DataType.INT32), "MatMulInteger");
        rules.add(facts -> product(facts, 0, 3, facts.element(7)), "QLinearMatMul");
        rules.add(facts -> gemm(facts, 1, facts.element(0)), "Gemm");
        rules.add(MatrixRules::determinant, "Det");
    }

    static void product(Facts facts, int first, int second, DataType type) {
        product(facts, facts.shape(first), facts.shape(second), type);
    }

    static void product(Facts facts, Shape a, Shape b, DataType type) {
        if (a == null || b == null || a.rank() == 0 || b.rank() == 0) {
            facts.output(0, type, (Shape) null);
            return;
        }
        Dimension rows = a.get(-1);
        Dimension columns = b.get(b.rank() == 1 ? 0 : -2);
        if (Dims.merge(rows, columns) == null) {
            throw new IllegalArgumentException(a + " and " + b + " do not multiply");
        }
        Shape batch =
                Dims.broadcast(
                        new Shape(Dims.part(a, 0, Math.max(0, a.rank() - 2))),
                        new Shape(Dims.part(b, 0, Math.max(0, b.rank() - 2))));
        List<Dimension> dims = new ArrayList<>(batch.dimensions());
        if (a.rank() > 1) {
            dims.add(a.get(-2));
        }
        if (b.rank() > 1) {
            dims.add(b.get(-1));
        }
        facts.output(0, type, new Shape(dims));
    }

    static void gemm(Facts facts, int second, DataType type) {
        Shape a = facts.shape(0);
        Shape b = facts.shape(second);
        boolean turnA = facts.integer("transA", 0) != 0;
        boolean turnB = facts.integer("transB", 0) != 0;
        Dimension m = a == null || a.rank() != 2 ? Dimension.UNKNOWN : a.get(turnA ? 1 : 0);
        Dimension n = b == null || b.rank() != 2 ? Dimension.UNKNOWN : b.get(turnB ? 0 : 1);
        facts.output(0, type, m, n);
    }

    private static void determinant(Facts facts) {
        Shape shape = facts.shape(0);
        facts.output(
                0,
                facts.element(0),
                shape == null ? null : new Shape(Dims.part(shape, 0, shape.rank() - 2)));
    }
}
