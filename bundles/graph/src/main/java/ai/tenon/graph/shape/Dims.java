package ai.tenon.graph.shape;

import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Arithmetic on dimensions of which some are not known. */
final class Dims {
    private Dims() {}

    /** Both lengths added; unknown if one is, but nothing added to a named one keeps the name. */
    static Dimension plus(Dimension a, long b) {
        return b == 0 ? a : a.isKnown() ? length(a.length() + b) : Dimension.UNKNOWN;
    }

    static Dimension times(Dimension a, Dimension b) {
        if (a.isKnown() && b.isKnown()) {
            return length(Math.multiplyExact(a.length(), b.length()));
        }
        if (a.isKnown() && a.length() == 0 || b.isKnown() && b.length() == 0) {
            return Dimension.of(0);
        }
        return a.isKnown() && a.length() == 1
                ? b
                : b.isKnown() && b.length() == 1 ? a : Dimension.UNKNOWN;
    }

    static Dimension product(List<Dimension> dims) {
        Dimension product = Dimension.of(1);
        for (Dimension dim : dims) {
            product = times(product, dim);
        }
        return product;
    }

    /** Unknown where it is negative: the contradiction shows when the model runs. */
    static Dimension length(long length) {
        return length < 0 ? Dimension.UNKNOWN : Dimension.of(length);
    }

    /**
     * What two statements about one length say together.
     *
     * @return null if they contradict each other
     */
    static Dimension merge(Dimension a, Dimension b) {
        if (a.isKnown() && b.isKnown()) {
            return a.length() == b.length() ? a : null;
        }
        return a.isKnown() || !b.isKnown() && a.symbol() != null ? a : b;
    }

    /**
     * What two lengths broadcast to.
     *
     * @return null if they do not fit
     */
    static Dimension broadcast(Dimension a, Dimension b) {
        if (a.equals(b)) {
            return a.isKnown() || a.symbol() != null ? a : Dimension.UNKNOWN;
        }
        if (a.isKnown() && a.length() == 1) {
            return b;
        }
        if (b.isKnown() && b.length() == 1) {
            return a;
        }
        if (a.isKnown() && b.isKnown()) {
            return null;
        }
        return a.isKnown() ? a : b.isKnown() ? b : Dimension.UNKNOWN;
    }

    /**
     * What two shapes broadcast to; null if one is not known.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    static Shape broadcast(Shape a, Shape b) {
        if (a == null || b == null) {
            return null;
        }
        int rank = Math.max(a.rank(), b.rank());
        List<Dimension> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            Dimension x = at(a, i - rank + a.rank());
            Dimension y = at(b, i - rank + b.rank());
            Dimension dim = broadcast(x, y);
            if (dim == null) {
                throw new IllegalArgumentException(a + " and " + b + " do not broadcast");
            }
            dims.add(dim);
        }
        return new Shape(dims);
    }

    private static Dimension at(Shape shape, int axis) {
        return axis < 0 ? Dimension.of(1) : shape.get(axis);
    }

    /** A shape of which only the rank is known. */
    static Shape ofRank(int rank) {
        return new Shape(Collections.nCopies(rank, Dimension.UNKNOWN));
    }

    /**
     * An axis counted from the front.
     *
     * @throws IllegalArgumentException if there is no such axis
     */
    static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException("axis " + axis + " is outside of rank " + rank);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** The same with one dimension replaced. */
    static Shape with(Shape shape, int axis, Dimension dim) {
        List<Dimension> dims = new ArrayList<>(shape.dimensions());
        dims.set(axis, dim);
        return new Shape(dims);
    }

    /** Dimensions from {@code from} (inclusive) to {@code to} (exclusive). */
    static List<Dimension> part(Shape shape, int from, int to) {
        return shape.dimensions().subList(from, to);
    }

    @SafeVarargs
    static Shape join(List<Dimension>... parts) {
        List<Dimension> dims = new ArrayList<>();
        for (List<Dimension> part : parts) {
            dims.addAll(part);
        }
        return new Shape(dims);
    }
}
