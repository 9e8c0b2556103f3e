package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Operators that make one element of many. */
final class ReductionRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(
                ReductionRules::reduce,
                ("ReduceSum ReduceSumSquare ReduceL1 ReduceL2 ReduceLogSum ReduceMean ReduceProd"
                                + " ReduceLogSumExp ReduceMax ReduceMin")
                        .split(" "));
        rules.add(ReductionRules::argument, "ArgMax", "ArgMin");
        rules.add(facts -> pooled(facts), "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool");
        rules.add(ReductionRules::loss, "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss");
    }

    private static void reduce(Facts facts) {
        boolean keep = facts.integer("keepdims", 1) != 0;
        boolean asInput = facts.given(1);
        long[] axes = asInput ? facts.integers(1) : facts.integers("axes", null);
        Shape shape = facts.shape(0);
        boolean none = axes != null && axes.length == 0 || axes == null && !asInput;
        if (none && facts.integer("noop_with_empty_axes", 0) != 0) {
            facts.output(0, facts.element(0), shape);
        } else if (none && !keep) {
            facts.output(0, facts.element(0), new Dimension[0]);
        } else if (shape == null || axes == null && asInput) {
            Shape unknown = shape != null && keep ? Dims.ofRank(shape.rank()) : null;
            facts.output(0, facts.element(0), unknown);
        } else {
            facts.output(0, facts.element(0), without(shape, none ? null : axes, keep));
        }
    }

    /**
     * @param axes null for all
     */
    private static Shape without(Shape shape, long[] axes, boolean keep) {
        boolean[] gone = new boolean[shape.rank()];
        if (axes == null) {
            java.util.Arrays.fill(gone, true);
        } else {
            for (long axis : axes) {
                gone[Dims.axis(axis, shape.rank())] = true;
            }
        }
        List<Dimension> dims = new ArrayList<>();
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
                dims.add(shape.get(i));
            } else if (keep) {
                dims.add(Dimension.of(1));
            }
        }
        return new Shape(dims);
    }

    private static void argument(Facts facts) {
        Shape shape = facts.shape(0);
        long[] axis = {facts.integer("axis", 0)};
        boolean keep = facts.integer("keepdims", 1) != 0;
        facts.output(0, DataType.INT64, shape == null ? null : without(shape, axis, keep));
    }

    private static void pooled(Facts facts) {
        Shape shape = facts.shape(0);
        for (int i = 2; shape != null && i < shape.rank(); i++) {
            shape = Dims.with(shape, i, Dimension.of(1));
        }
        facts.output(0, facts.element(0), shape);
    }

    private static void loss(Facts facts) {
        boolean each = facts.text("reduction", "mean").equals("none");
        facts.output(0, facts.element(0), each ? facts.shape(1) : new Shape(List.of()));
        facts.output(1, facts.element(0), facts.shape(0));
    }
}
