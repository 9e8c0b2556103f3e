package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import ai.tenon.graph.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Puts together what is declared and what is inferred. */
final class Merge {
    private Merge() {}

    /**
     * @param a preferred where both are equally good
     * @throws IllegalArgumentException if they contradict each other
     */
    static ValueType of(ValueType a, ValueType b) {
        if (a == null || b == null || a == b) {
            return a == null ? b : a;
        }
        if (a instanceof ValueType.OfTensor x && b instanceof ValueType.OfTensor y) {
            DataType type = x.elementType() == null ? y.elementType() : x.elementType();
            if (y.elementType() != null && type != y.elementType()) {
                throw contradiction(x, y);
            }
            return new ValueType.OfTensor(type, of(x, y));
        }
        if (a instanceof ValueType.OfSequence x && b instanceof ValueType.OfSequence y) {
            return new ValueType.OfSequence(of(x.elementType(), y.elementType()));
        }
        if (a instanceof ValueType.OfOptional x && b instanceof ValueType.OfOptional y) {
            return new ValueType.OfOptional(of(x.elementType(), y.elementType()));
        }
        return b;
    }

    private static Shape of(ValueType.OfTensor x, ValueType.OfTensor y) {
        Shape a = x.shape();
        Shape b = y.shape();
        if (a == null || b == null || a == b) {
            return a == null ? b : a;
        }
        if (a.rank() != b.rank()) {
            throw contradiction(x, y);
        }
        List<Dimension> dims = new ArrayList<>();
        for (int i = 0; i < a.rank(); i++) {
            Dimension dim = Dims.merge(a.get(i), b.get(i));
            if (dim == null) {
                throw contradiction(x, y);
            }
            dims.add(dim);
        }
        return new Shape(dims);
    }

    private static IllegalArgumentException contradiction(ValueType a, ValueType b) {
        return new IllegalArgumentException("is " + a + ", declared as " + b);
    }

    /** What holds of both: for the branches of an If. */
    static ValueType common(ValueType a, ValueType b) {
        if (a instanceof ValueType.OfTensor x && b instanceof ValueType.OfTensor y) {
            if (x.elementType() != y.elementType()) {
                return null;
            }
            Shape shape = null;
            if (x.shape() != null && y.shape() != null && x.shape().rank() == y.shape().rank()) {
                List<Dimension> dims = new ArrayList<>();
                for (int i = 0; i < x.shape().rank(); i++) {
                    Dimension dim = x.shape().get(i);
                    dims.add(dim.equals(y.shape().get(i)) ? dim : Dimension.UNKNOWN);
                }
                shape = new Shape(dims);
            }
            return new ValueType.OfTensor(x.elementType(), shape);
        }
        return a != null && a.equals(b) ? a : null;
    }
}
