package ai.tenon.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A declared shape of known rank. A tensor of unknown rank has no {@code Shape}.
 *
 * @param dimensions from the outermost to the innermost; empty for a scalar
 */
public record Shape(List<Dimension> dimensions) {
    public Shape {
        dimensions = List.copyOf(dimensions);
    }

    /** A shape of these lengths; -1 stands for unknown. */
    public static Shape of(long... lengths) {
        return new Shape(
                Arrays.stream(lengths)
                        .mapToObj(length -> length < 0 ? Dimension.UNKNOWN : Dimension.of(length))
                        .toList());
    }

    /** Number of dimensions. */
    public int rank() {
        return dimensions.size();
    }

    /** The dimension at {@code axis}; negative axes count from the end. */
    public Dimension get(int axis) {
        return dimensions.get(axis < 0 ? axis + rank() : axis);
    }

    /** True if every length is known. */
    public boolean isStatic() {
        return dimensions.stream().allMatch(Dimension::isKnown);
    }

    /** The lengths, -1 where unknown. */
    public long[] lengths() {
        return dimensions.stream().mapToLong(Dimension::length).toArray();
    }

    /**
     * True if a tensor could have this shape: same rank, and equal lengths wherever they are known.
     * Allocates nothing.
     */
    public boolean accepts(Tensor tensor) {
        if (tensor.rank() != dimensions.size()) {
            return false;
        }
        for (int axis = 0; axis < dimensions.size(); axis++) {
            Dimension dimension = dimensions.get(axis);
            if (dimension.isKnown() && dimension.length() != tensor.dim(axis)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return dimensions.stream()
                .map(Dimension::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
