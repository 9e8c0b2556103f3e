package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operators that give the same elements another shape or order. */
final class ReshapingRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(ReshapingRules::reshape, "Reshape");
        rules.add(ReshapingRules::flatten, "Flatten");
        rules.add(ReshapingRules::squeeze, "Squeeze");
        rules.add(ReshapingRules::unsqueeze, "Unsqueeze");
        rules.add(ReshapingRules::transpose, "Transpose");
        rules.add(ReshapingRules::shape, "Shape");
        rules.add(ReshapingRules::size, "Size");
        rules.add(ReshapingRules::expand, "Expand");
        rules.add(ReshapingRules::tile, "Tile");
        rules.add(facts -> blocks(facts, true), "DepthToSpace");
        rules.add(facts -> blocks(facts, false), "SpaceToDepth");
    }

    private static void reshape(Facts facts) {
        List<Term> wanted;
        if (facts.has("shape")) {
            wanted = terms(facts.integers("shape", null));
        } else {
            wanted = facts.contents(1);
        }
        Shape from = facts.shape(0);
        facts.output(0, facts.element(0), (Shape) null);
        if (wanted == null) {
            return;
        }
        boolean allowZero = facts.integer("allowzero", 0) != 0;
        List<Dimension> dims = new ArrayList<>();
        int open = -1;
        for (int i = 0; i < wanted.size(); i++) {
            Term term = wanted.get(i);
            if (term.is(0) && !allowZero) {
                dims.add(from != null && i < from.rank() ? from.get(i) : Dimension.UNKNOWN);
            } else {
                open = term.is(-1) ? i : open;
                dims.add(term.dimension());
            }
        }
        if (open >= 0 && from != null) {
            dims.set(open, remaining(from, dims, open));
        }
        facts.output(0, facts.element(0), new Shape(dims));
        if (dims.size() <= 1) {
            facts.outputContents(facts.contents(0));
        }
    }

    /** The one length that is left to be found: all elements by all other lengths. */
    private static Dimension remaining(Shape from, List<Dimension> dims, int open) {
        List<Dimension> over = new ArrayList<>(from.dimensions());
        List<Dimension> under = new ArrayList<>(dims);
        under.remove(open);
        // Named lengths on both sides cancel out.
        for (Dimension dim : List.copyOf(under)) {
            if (!dim.isKnown() && dim.symbol() != null && over.remove(dim)) {
                under.remove(dim);
            }
        }
        Dimension below = Dims.product(under);
        if (!below.isKnown() || below.length() == 0) {
            return Dimension.UNKNOWN;
        }
        List<Dimension> left = new ArrayList<>(over);
        left.removeIf(Dimension::isKnown);
        over.removeAll(left);
        long above = Dims.product(over).length();
        if (above % below.length() != 0) {
            if (left.isEmpty()) {
                throw new IllegalArgumentException(from + " cannot become " + new Shape(dims));
            }
            return Dimension.UNKNOWN;
        }
        left.add(Dimension.of(above / below.length()));
        return Dims.product(left);
    }

    private static List<Term> terms(long[] values) {
        List<Term> terms = new ArrayList<>();
        for (long value : values) {
            terms.add(Term.of(value));
        }
        return terms;
    }

    private static void flatten(Facts facts) {
        Shape shape = facts.shape(0);
        if (shape == null) {
            facts.output(0, facts.element(0), Dims.ofRank(2));
            return;
        }
        long axis = facts.integer("axis", 1);
        int at = axis == shape.rank() ? shape.rank() : Dims.axis(axis, shape.rank());
        facts.output(
                0,
                facts.element(0),
                Dims.product(Dims.part(shape, 0, at)),
                Dims.product(Dims.part(shape, at, shape.rank())));
    }

    /** Axes from the second input, or from the attribute before version 13; null when unknown. */
    private static long[] axes(Facts facts) {
        return facts.given(1) ? facts.integers(1) : facts.integers("axes", null);
    }

    private static void squeeze(Facts facts) {
        Shape shape = facts.shape(0);
        long[] axes = axes(facts);
        facts.outputContents(facts.contents(0));
        boolean all = !facts.given(1) && axes == null;
        if (shape == null || axes == null && !all || all && !shape.isStatic()) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        boolean[] gone = new boolean[shape.rank()];
        if (all) {
            for (int i = 0; i < gone.length; i++) {
                gone[i] = shape.get(i).length() == 1;
            }
        } else {
            for (long axis : axes) {
                gone[Dims.axis(axis, shape.rank())] = true;
            }
        }
        List<Dimension> dims = new ArrayList<>();
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
                dims.add(shape.get(i));
            }
        }
        facts.output(0, facts.element(0), new Shape(dims));
    }

    private static void unsqueeze(Facts facts) {
        Shape shape = facts.shape(0);
        long[] axes = axes(facts);
        if (shape == null || axes == null) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        int rank = shape.rank() + axes.length;
        boolean[] added = new boolean[rank];
        for (long axis : axes) {
            added[Dims.axis(axis, rank)] = true;
        }
        List<Dimension> dims = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < rank; i++) {
            dims.add(added[i] ? Dimension.of(1) : shape.get(from++));
        }
        facts.output(0, facts.element(0), new Shape(dims));
        if (rank <= 1) {
            facts.outputContents(facts.contents(0));
        }
    }

    private static void transpose(Facts facts) {
        Shape shape = facts.shape(0);
        long[] perm = facts.integers("perm", null);
        if (shape == null) {
            facts.output(0, facts.element(0), perm == null ? null : Dims.ofRank(perm.length));
            return;
        }
        List<Dimension> dims = new ArrayList<>(shape.dimensions());
        if (perm == null) {
            Collections.reverse(dims);
        } else {
            if (perm.length != shape.rank()) {
                throw new IllegalArgumentException("perm does not fit " + shape);
            }
            for (int i = 0; i < perm.length; i++) {
                dims.set(i, shape.get(Dims.axis(perm[i], perm.length)));
            }
        }
        facts.output(0, facts.element(0), new Shape(dims));
    }

    private static void shape(Facts facts) {
        Shape shape = facts.shape(0);
        if (shape == null) {
            facts.output(0, DataType.INT64, Dims.ofRank(1));
            return;
        }
        int rank = shape.rank();
        int from = clamp(facts.integer("start", 0), rank);
        int to = Math.max(from, clamp(facts.integer("end", rank), rank));
        facts.output(0, DataType.INT64, Dimension.of(to - from));
        facts.outputContents(Dims.part(shape, from, to).stream().map(Term::of).toList());
    }

    private static int clamp(long position, int rank) {
        return (int) Math.max(0, Math.min(rank, position < 0 ? position + rank : position));
    }

    private static void size(Facts facts) {
        facts.output(0, DataType.INT64, new Dimension[0]);
        if (facts.shape(0) != null) {
            facts.outputContents(List.of(Term.of(Dims.product(facts.shape(0).dimensions()))));
        }
    }

    private static void expand(Facts facts) {
        List<Term> wanted = facts.contents(1);
        Shape to = wanted == null ? null : new Shape(wanted.stream().map(Term::dimension).toList());
        facts.output(0, facts.element(0), Dims.broadcast(facts.shape(0), to));
    }

    private static void tile(Facts facts) {
        Shape shape = facts.shape(0);
        List<Term> repeats = facts.contents(1);
        if (shape == null || repeats == null || repeats.size() != shape.rank()) {
            facts.output(0, facts.element(0), shape == null ? null : Dims.ofRank(shape.rank()));
            return;
        }
        List<Dimension> dims = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            dims.add(Dims.times(shape.get(i), repeats.get(i).dimension()));
        }
        facts.output(0, facts.element(0), new Shape(dims));
    }

    private static void blocks(Facts facts, boolean toSpace) {
        Shape shape = facts.shape(0);
        long size = facts.integer("blocksize", 1);
        if (shape == null || shape.rank() != 4) {
            facts.output(0, facts.element(0), Dims.ofRank(4));
            return;
        }
        facts.output(
                0,
                facts.element(0),
                shape.get(0),
                scaled(shape.get(1), size * size, !toSpace),
                scaled(shape.get(2), size, toSpace),
                scaled(shape.get(3), size, toSpace));
    }

    private static Dimension scaled(Dimension dim, long by, boolean up) {
        return dim.isKnown()
                ? Dimension.of(up ? dim.length() * by : dim.length() / by)
                : Dimension.UNKNOWN;
    }
}
