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
        rules.add(facts -> facts.output(0, facts.element(0), Dims.ofRank(4)), "Crop");
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
        boolean byHead = q != null && v != null && q.rank() == 4 && v.rank() == 4;
        Shape y = q == null ? null : Dims.ofRank(q.rank());
        if (byHead) {
            y = Dims.with(q, 3, v.get(3));
        } else if (q != null && v != null && q.rank() == 3 && v.rank() == 3) {
            y = Dims.with(q, 2, Dims.times(heads(facts, "q_num_heads"), perHead(facts, v)));
        }
        facts.output(0, facts.element(0), y);
        facts.output(1, facts.element(1), cached(facts, facts.shape(1)));
        facts.output(2, facts.element(2), cached(facts, v));
        facts.output(3, facts.element(0), Dims.ofRank(4));
    }

    private static Dimension heads(Facts facts, String attribute) {
        long heads = facts.integer(attribute, 0);
        return heads > 0 ? Dimension.of(heads) : Dimension.UNKNOWN;
    }

    /** Elements per head of a key or value [batch, length, heads · size]. */
    private static Dimension perHead(Facts facts, Shape x) {
        Dimension heads = heads(facts, "kv_num_heads");
        return heads.isKnown() && x.get(2).isKnown()
                ? Dimension.of(x.get(2).length() / heads.length())
                : Dimension.UNKNOWN;
    }

    /** Keys or values with those before them. */
    private static Shape cached(Facts facts, Shape x) {
        if (x == null) {
            return Dims.ofRank(4);
        }
        Dimension length = x.get(-2);
        if (facts.given(4)) {
            Shape past = facts.shape(4);
            boolean known = past != null && past.get(2).isKnown() && length.isKnown();
            length =
                    known
                            ? Dimension.of(past.get(2).length() + length.length())
                            : Dimension.UNKNOWN;
        }
        return x.rank() == 4
                ? Dims.with(x, 2, length)
                : new Shape(
                        List.of(x.get(0), heads(facts, "kv_num_heads"), length, perHead(facts, x)));
    }
}
