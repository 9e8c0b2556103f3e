package ai.tenon.passes.layout.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An order of dimensions, as Transpose has it: dimension {@code i} of the result is dimension
 * {@code axes[i]} of what is transposed.
 */
record Permutation(List<Integer> axes) {
    Permutation {
        axes = List.copyOf(axes);
    }

    static Permutation of(long... perm) {
        return new Permutation(Arrays.stream(perm).mapToObj(axis -> (int) axis).toList());
    }

    int rank() {
        return axes.size();
    }

    /** The dimension before of dimension {@code axis} behind; negative ones count from the end. */
    int before(long axis) {
        return axes.get((int) (axis < 0 ? axis + rank() : axis));
    }

    boolean isIdentity() {
        for (int i = 0; i < rank(); i++) {
            if (axes.get(i) != i) {
                return false;
            }
        }
        return true;
    }

    Permutation inverse() {
        Integer[] inverse = new Integer[rank()];
        for (int i = 0; i < rank(); i++) {
            inverse[axes.get(i)] = i;
        }
        return new Permutation(List.of(inverse));
    }

    /** This one first, then the other. */
    Permutation then(Permutation other) {
        return new Permutation(other.axes.stream().map(axes::get).toList());
    }

    /** What remains when dimensions (of the result) go. */
    Permutation without(List<Integer> behind) {
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < rank(); i++) {
            if (!behind.contains(i)) {
                kept.add(axes.get(i));
            }
        }
        List<Integer> sorted = kept.stream().sorted().toList();
        return new Permutation(kept.stream().map(sorted::indexOf).toList());
    }

    long[] toLongs() {
        return axes.stream().mapToLong(Integer::longValue).toArray();
    }

    /** The type of what gives {@code behind} when it is transposed; null when unknown. */
    ValueType before(ValueType behind) {
        if (!(behind instanceof ValueType.OfTensor tensor)
                || tensor.shape() == null
                || tensor.shape().rank() != rank()) {
            return null;
        }
        List<Dimension> dims =
                inverse().axes.stream().map(axis -> tensor.shape().get(axis)).toList();
        return new ValueType.OfTensor(tensor.elementType(), new Shape(dims));
    }

    /** True for element types that {@link #apply} can move. */
    static boolean moves(DataType type) {
        return type != DataType.STRING && type.bits() <= Long.SIZE;
    }

    /** The transposed contents. */
    Tensor apply(Tensor tensor) {
        long[] shape = new long[rank()];
        int[] strides = new int[rank()];
        for (int i = 0; i < rank(); i++) {
            shape[i] = tensor.dim(axes.get(i));
            strides[i] = 1;
            for (int inner = axes.get(i) + 1; inner < rank(); inner++) {
                strides[i] *= (int) tensor.dim(inner);
            }
        }
        long[] from = Numbers.codes(tensor);
        long[] to = new long[from.length];
        int[] index = new int[rank()];
        int source = 0;
        for (int i = 0; i < to.length; i++) {
            to[i] = from[source];
            for (int axis = rank() - 1; axis >= 0; axis--) {
                source += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                source -= strides[axis] * (int) shape[axis];
                index[axis] = 0;
            }
        }
        return Numbers.ofCodes(tensor.type(), to, shape);
    }
}
