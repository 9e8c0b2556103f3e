package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.List;

/** Operators with shapes of their own. */
final class MiscellaneousRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(MiscellaneousRules::resize, "Resize", "Upsample");
        rules.add(
                facts -> facts.output(0, DataType.INT64, Dimension.UNKNOWN, Dimension.of(3)),
                "NonMaxSuppression");
        rules.add(MiscellaneousRules::gridSample, "GridSample");
        rules.add(facts -> facts.output(0, facts.element(0), (Shape) null), "Einsum", "MaxUnpool");
        rules.add(MiscellaneousRules::attention, "Attention");
        rules.add(
                facts -> facts.output(0, facts.element(0), (Shape) null),
                "DFT",
                "STFT",
                "AffineGrid");
        rules.add(
                facts -> {
                    facts.output(0, facts.element(0), facts.shape(0));
                    facts.output(1, facts.element(0), Dims.ofRank(3));
                },
                "CausalConvWithState");
        rules.add(
                facts -> {
                    facts.output(0, facts.element(0), Dims.ofRank(3));
                    facts.output(1, facts.element(facts.given(3) ? 3 : 0), Dims.ofRank(4));
                },
                "LinearAttention");
    }

    private static void resize(Facts facts) {
        Shape x = facts.shape(0);
        if (x == null) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        int scaleAt = facts.opType().equals("Upsample") || facts.opset() < 11 ? 1 : 2;
        Tensor scales = facts.constant(scaleAt);
        List<Term> sizes = scaleAt == 2 ? facts.contents(3) : null;
        long[] axes = facts.integers("axes", null);
        boolean plain = facts.text("keep_aspect_ratio_policy", "stretch").equals("stretch");
        Shape shape = Dims.ofRank(x.rank());
        boolean hasScales = scales != null && scales.size() > 0;
        if (sizes != null && !sizes.isEmpty() && plain) {
            shape = x;
            for (int i = 0; i < sizes.size(); i++) {
                int axis = axes == null ? i : Dims.axis(axes[i], x.rank());
                shape = Dims.with(shape, axis, sizes.get(i).dimension());
            }
        } else if (hasScales
                && !facts.text("coordinate_transformation_mode", "").contains("crop")) {
            float[] factors = Numbers.floats(scales);
            List<Dimension> dims = new ArrayList<>(x.dimensions());
            for (int i = 0; i < factors.length; i++) {
                int axis = axes == null ? i : Dims.axis(axes[i], x.rank());
                Dimension dim = x.get(axis);
                dims.set(axis, scaled(dim, factors[i]));
            }
            shape = new Shape(dims);
        }
        facts.output(0, facts.element(0), shape);
    }

    private static Dimension scaled(Dimension dim, float factor) {
        return factor == 1
                ? dim
                : dim.isKnown()
                        ? Dimension.of((long) Math.floor((double) (dim.length() * factor)))
                        : Dimension.UNKNOWN;
    }

    private static void gridSample(Facts facts) {
        Shape x = facts.shape(0);
        Shape grid = facts.shape(1);
        if (x == null || grid == null) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        facts.output(
                0,
                facts.element(0),
                Dims.join(Dims.part(x, 0, 2), Dims.part(grid, 1, grid.rank() - 1)));
    }

    private static void attention(Facts facts) {
        Shape q = facts.shape(0);
        Shape v = facts.shape(2);
        boolean known = q != null && v != null && q.rank() == 4 && v.rank() == 4;
        facts.output(
                0,
                facts.element(0),
                known ? Dims.with(q, 3, v.get(3)) : q == null ? null : Dims.ofRank(q.rank()));
        facts.output(1, facts.element(1), Dims.ofRank(4));
        facts.output(2, facts.element(2), Dims.ofRank(4));
        facts.output(3, facts.element(0), Dims.ofRank(4));
    }
}
