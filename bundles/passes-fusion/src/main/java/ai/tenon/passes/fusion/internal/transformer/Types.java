package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Model;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.shape.ShapeException;
import ai.tenon.graph.shape.ShapeInference;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the values of a model's graph. Lengths of the model's inputs that have no name
 * are given one, so that equal lengths can be told from others. Values are found by name, which
 * outlasts rewriting; of subgraphs nothing is known.
 */
final class Types {
    private final Model model;
    private final Model copy;
    private final ShapeInference inferred;

    Types(Model model) {
        this.model = model;
        copy = model.copy();
        copy.graph().requiredInputs().forEach(Types::name);
        ShapeInference types = null;
        try {
            types = ShapeInference.of(copy);
        } catch (ShapeException e) {
            // A model that contradicts itself is left alone: nothing is known of it.
        }
        inferred = types;
    }

    private static void name(Value input) {
        ValueType.OfTensor type = input.tensorType();
        if (type == null || type.shape() == null) {
            return;
        }
        List<Dimension> dims = new ArrayList<>();
        for (Dimension dim : type.shape().dimensions()) {
            dims.add(
                    dim.equals(Dimension.UNKNOWN)
                            ? Dimension.named(input.name() + "." + dims.size())
                            : dim);
        }
        input.setType(new ValueType.OfTensor(type.elementType(), new Shape(dims)));
    }

    /** The type of a tensor; null when unknown. */
    ValueType.OfTensor of(Value value) {
        if (value == null || value.graph() != model.graph() || inferred == null) {
            return null;
        }
        Value same = copy.graph().value(value.name());
        return same != null && inferred.type(same) instanceof ValueType.OfTensor type ? type : null;
    }

    /** The shape of a value; null when unknown. */
    Shape shape(Value value) {
        return of(value) == null ? null : of(value).shape();
    }

    /** The rank of a value; -1 when unknown. */
    int rank(Value value) {
        return shape(value) == null ? -1 : shape(value).rank();
    }

    /** The element type of a value; null when unknown. */
    DataType element(Value value) {
        return of(value) == null ? null : of(value).elementType();
    }

    /** A length of a value, axes counted from the end where negative; unknown if anything is. */
    Dimension dim(Value value, int axis) {
        Shape shape = shape(value);
        int at = shape == null ? -1 : axis < 0 ? axis + shape.rank() : axis;
        return at < 0 || at >= shape.rank() ? Dimension.UNKNOWN : shape.get(at);
    }

    /** True if both lengths are certainly the same. */
    static boolean same(Dimension a, Dimension b) {
        return a.equals(b) && !a.equals(Dimension.UNKNOWN);
    }

    /** True if both values certainly have the same shape. */
    boolean sameShape(Value a, Value b) {
        Shape x = shape(a);
        Shape y = shape(b);
        if (x == null || y == null || x.rank() != y.rank()) {
            return false;
        }
        for (int axis = 0; axis < x.rank(); axis++) {
            if (!same(x.get(axis), y.get(axis))) {
                return false;
            }
        }
        return true;
    }
}
