package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Operators that take parts of tensors or put tensors together. */
final class SelectionRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(SelectionRules::gather, "Gather");
        rules.add(facts -> facts.output(0, facts.element(0), facts.shape(1)), "GatherElements");
        rules.add(SelectionRules::gatherNd, "GatherND");
        rules.add(SelectionRules::slice, "Slice");
        rules.add(SelectionRules::concat, "Concat");
        rules.add(SelectionRules::split, "Split");
        rules.add(SelectionRules::pad, "Pad");
        rules.add(SelectionRules::centerCropPad, "CenterCropPad");
        rules.add(SelectionRules::compress, "Compress");
        rules.add(SelectionRules::topK, "TopK");
        rules.add(SelectionRules::nonZero, "NonZero");
        rules.add(SelectionRules::unique, "Unique");
    }

    private static void gather(Facts facts) {
        Shape data = facts.shape(0);
        Shape indices = facts.shape(1);
        if (data == null || indices == null) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        int axis = Dims.axis(facts.integer("axis", 0), data.rank());
        facts.output(
                0,
                facts.element(0),
                Dims.join(
                        Dims.part(data, 0, axis),
                        indices.dimensions(),
                        Dims.part(data, axis + 1, data.rank())));
        List<Term> contents = facts.contents(0);
        long[] chosen = facts.integers(1);
        if (contents != null && data.rank() == 1 && chosen != null && indices.rank() <= 1) {
            List<Term> terms = new ArrayList<>();
            for (long index : chosen) {
                terms.add(contents.get(Dims.axis(index, contents.size())));
            }
            facts.outputContents(terms);
        }
    }

    private static void gatherNd(Facts facts) {
        Shape data = facts.shape(0);
        Shape indices = facts.shape(1);
        if (data == null || indices == null || indices.rank() == 0 || !indices.get(-1).isKnown()) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        int taken = (int) (facts.integer("batch_dims", 0) + indices.get(-1).length());
        if (taken > data.rank()) {
            throw new IllegalArgumentException(indices + " indexes more than " + data + " has");
        }
        facts.output(
                0,
                facts.element(0),
                Dims.join(
                        Dims.part(indices, 0, indices.rank() - 1),
                        Dims.part(data, taken, data.rank())));
    }

    private static void slice(Facts facts) {
        boolean asInputs = facts.opset() >= 10;
        Shape data = facts.shape(0);
        if (data == null) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        long[] starts = asInputs ? facts.integers(1) : facts.integers("starts", null);
        long[] ends = asInputs ? facts.integers(2) : facts.integers("ends", null);
        boolean allAxes = asInputs ? !facts.given(3) : !facts.has("axes");
        long[] axes = asInputs ? facts.integers(3) : facts.integers("axes", null);
        long[] steps = facts.integers(4);
        if (axes == null && !allAxes) {
            facts.output(0, facts.element(0), Dims.ofRank(data.rank()));
            return;
        }
        List<Term> from = asInputs ? facts.contents(1) : null;
        List<Term> to = asInputs ? facts.contents(2) : null;
        Shape shape = data;
        int count = axes != null ? axes.length : starts != null ? starts.length : data.rank();
        for (int i = 0; i < count; i++) {
            int axis = axes == null ? i : Dims.axis(axes[i], data.rank());
            boolean known = starts != null && ends != null && (!facts.given(4) || steps != null);
            long step = steps == null ? 1 : steps[i];
            Dimension length = Dimension.UNKNOWN;
            if (known && starts[i] == 0 && step == 1 && ends[i] >= Integer.MAX_VALUE) {
                length = data.get(axis);
            } else if (known && data.get(axis).isKnown()) {
                length = Dimension.of(length(data.get(axis).length(), starts[i], ends[i], step));
            } else if (from != null
                    && from.get(i).is(0)
                    && to != null
                    && step == 1
                    && (steps != null || !facts.given(4))) {
                // A slice up to a named length is taken to be within range.
                length = to.get(i).symbol() == null ? length : to.get(i).dimension();
            }
            shape = Dims.with(shape, axis, length);
        }
        facts.output(0, facts.element(0), shape);
        List<Term> contents = facts.contents(0);
        if (contents != null
                && starts != null
                && ends != null
                && starts.length == 1
                && (steps == null || steps[0] == 1)) {
            int first = clamp(starts[0], contents.size());
            facts.outputContents(
                    contents.subList(first, Math.max(first, clamp(ends[0], contents.size()))));
        }
    }

    private static int clamp(long position, int size) {
        return (int) Math.max(0, Math.min(size, position < 0 ? position + size : position));
    }

    private static long length(long dim, long start, long end, long step) {
        if (step == 0) {
            throw new IllegalArgumentException("a slice with step 0");
        }
        long from = start < 0 ? start + dim : start;
        long to = end < 0 ? end + dim : end;
        from = step > 0 ? Math.max(0, Math.min(dim, from)) : Math.max(0, Math.min(dim - 1, from));
        to = step > 0 ? Math.max(0, Math.min(dim, to)) : Math.max(-1, Math.min(dim - 1, to));
        long span = step > 0 ? to - from : from - to;
        long magnitude = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
        return span <= 0 ? 0 : (span - 1) / magnitude + 1;
    }

    private static void concat(Facts facts) {
        Shape shape = facts.shape(0);
        List<Term> contents = new ArrayList<>();
        for (int i = 0; i < facts.inputCount(); i++) {
            List<Term> part = facts.contents(i);
            contents = part == null || contents == null ? null : join(contents, part);
        }
        facts.outputContents(contents);
        if (shape == null) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        int axis = Dims.axis(facts.integer("axis", 1), shape.rank());
        for (int i = 1; i < facts.inputCount() && shape != null; i++) {
            shape = joined(shape, facts.shape(i), axis);
        }
        facts.output(0, facts.element(0), shape);
    }

    private static List<Term> join(List<Term> a, List<Term> b) {
        List<Term> both = new ArrayList<>(a);
        both.addAll(b);
        return both;
    }

    private static Shape joined(Shape a, Shape b, int axis) {
        if (b == null) {
            return null;
        }
        if (a.rank() != b.rank()) {
            throw new IllegalArgumentException(a + " and " + b + " do not concatenate");
        }
        List<Dimension> dims = new ArrayList<>();
        for (int i = 0; i < a.rank(); i++) {
            Dimension dim =
                    i != axis
                            ? Dims.merge(a.get(i), b.get(i))
                            : b.get(i).isKnown()
                                    ? Dims.plus(a.get(i), b.get(i).length())
                                    : Dimension.UNKNOWN;
            if (dim == null) {
                throw new IllegalArgumentException(
                        a + " and " + b + " do not concatenate along axis " + axis);
            }
            dims.add(dim);
        }
        return new Shape(dims);
    }

    private static void split(Facts facts) {
        Shape shape = facts.shape(0);
        int parts = facts.outputCount();
        long[] sizes = facts.given(1) ? facts.integers(1) : facts.integers("split", null);
        for (int i = 0; i < parts; i++) {
            if (shape == null) {
                facts.output(i, facts.element(0), (Shape) null);
                continue;
            }
            int axis = Dims.axis(facts.integer("axis", 0), shape.rank());
            Dimension dim = shape.get(axis);
            Dimension part = Dimension.UNKNOWN;
            if (sizes != null && i < sizes.length) {
                part = Dims.length(sizes[i]);
            } else if (!facts.given(1) && dim.isKnown()) {
                long even = (dim.length() + parts - 1) / parts;
                part = Dims.length(Math.max(0, Math.min(even, dim.length() - i * even)));
            }
            facts.output(i, facts.element(0), Dims.with(shape, axis, part));
        }
    }

    private static void pad(Facts facts) {
        Shape shape = facts.shape(0);
        long[] pads = facts.given(1) ? facts.integers(1) : facts.integers("pads", null);
        long[] axes = facts.integers(3);
        if (shape == null || pads == null || facts.given(3) && axes == null) {
            facts.output(0, facts.element(0), shape == null ? null : Dims.ofRank(shape.rank()));
            return;
        }
        int count = axes == null ? shape.rank() : axes.length;
        Shape padded = shape;
        for (int i = 0; i < count; i++) {
            int axis = axes == null ? i : Dims.axis(axes[i], shape.rank());
            padded = Dims.with(padded, axis, Dims.plus(shape.get(axis), pads[i] + pads[count + i]));
        }
        facts.output(0, facts.element(0), padded);
    }

    private static void centerCropPad(Facts facts) {
        Shape shape = facts.shape(0);
        List<Term> sizes = facts.contents(1);
        if (shape == null || sizes == null) {
            facts.output(0, facts.element(0), shape == null ? null : Dims.ofRank(shape.rank()));
            return;
        }
        long[] axes = facts.integers("axes", null);
        for (int i = 0; i < sizes.size(); i++) {
            int axis = axes == null ? i : Dims.axis(axes[i], shape.rank());
            shape = Dims.with(shape, axis, sizes.get(i).dimension());
        }
        facts.output(0, facts.element(0), shape);
    }

    private static void compress(Facts facts) {
        Shape shape = facts.shape(0);
        if (!facts.has("axis")) {
            facts.output(0, facts.element(0), Dims.ofRank(1));
        } else if (shape != null) {
            int axis = Dims.axis(facts.integer("axis", 0), shape.rank());
            facts.output(0, facts.element(0), Dims.with(shape, axis, Dimension.UNKNOWN));
        } else {
            facts.output(0, facts.element(0), (Shape) null);
        }
    }

    private static void topK(Facts facts) {
        Shape shape = facts.shape(0);
        if (shape != null) {
            List<Term> k = facts.contents(1);
            Dimension count =
                    facts.has("k")
                            ? Dimension.of(facts.integer("k", 0))
                            : k == null || k.isEmpty() ? Dimension.UNKNOWN : k.get(0).dimension();
            shape = Dims.with(shape, Dims.axis(facts.integer("axis", -1), shape.rank()), count);
        }
        facts.output(0, facts.element(0), shape);
        facts.output(1, DataType.INT64, shape);
    }

    private static void nonZero(Facts facts) {
        Shape shape = facts.shape(0);
        facts.output(
                0,
                DataType.INT64,
                shape == null ? Dimension.UNKNOWN : Dimension.of(shape.rank()),
                Dimension.UNKNOWN);
    }

    private static void unique(Facts facts) {
        compress(facts);
        for (int i = 1; i < 4; i++) {
            facts.output(i, DataType.INT64, Dims.ofRank(1));
        }
    }
}
