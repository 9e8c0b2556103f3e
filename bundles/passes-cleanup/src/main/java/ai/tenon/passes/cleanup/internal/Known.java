package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Model;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.shape.ShapeInference;

/** What is known of the tensors of a model. */
final class Known {
    private final ShapeInference inference;

    Known(Model model) {
        inference = ShapeInference.of(model);
    }

    private ValueType.OfTensor tensor(Value value) {
        return value != null && inference.type(value) instanceof ValueType.OfTensor tensor
                ? tensor
                : null;
    }

    /** The shape of a value; null when not even the rank is known. */
    Shape shape(Value value) {
        return tensor(value) == null ? null : tensor(value).shape();
    }

    /** The element type of a value; null when unknown. */
    DataType element(Value value) {
        return tensor(value) == null ? null : tensor(value).elementType();
    }

    /** True if both values certainly have the same shape. */
    boolean sameShape(Value a, Value b) {
        return differing(shape(a), shape(b)) == 0;
    }

    /**
     * True if both values, which have equally many elements, certainly have the same shape: then
     * one length may be unknown.
     */
    boolean sameShapeOfSameSize(Value a, Value b) {
        int differing = differing(shape(a), shape(b));
        return differing == 0 || differing == 1 && !hasZero(shape(a));
    }

    private static boolean hasZero(Shape shape) {
        return shape.dimensions().stream().anyMatch(each -> each.length() == 0);
    }

    /** Number of dimensions of which it is not known whether they are equal; -1 if ranks differ. */
    private static int differing(Shape a, Shape b) {
        if (a == null || b == null || a.rank() != b.rank()) {
            return -1;
        }
        int differing = 0;
        for (int axis = 0; axis < a.rank(); axis++) {
            Dimension x = a.get(axis);
            boolean equal = x.equals(b.get(axis)) && (x.isKnown() || x.symbol() != null);
            boolean contradicts = x.isKnown() && b.get(axis).isKnown() && !equal;
            if (contradicts) {
                return -1;
            }
            differing += equal ? 0 : 1;
        }
        return differing;
    }
}
