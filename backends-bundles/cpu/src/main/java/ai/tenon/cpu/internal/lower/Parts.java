package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Constants that are a part of another one, or all of it under another shape: neither computed nor
 * stored anew. The rows of a position table that belong to a length are such a part.
 */
final class Parts {
    /** Elements of results that are worth not being stored. */
    private static final int LARGE = 1 << 12;

    private Parts() {}

    /** Where a node's result lies in its first input. */
    private record Part(long start, long[] shape) {}

    /** Says what a node with constant inputs gives, if it is a part of the first; else false. */
    static boolean fold(Node node, Lowering lowering) {
        Tensor whole = node.input(0) == null ? null : lowering.constant(node.input(0));
        if (whole == null || whole.byteSize() == 0 || whole.type().bits() % Byte.SIZE != 0) {
            return false;
        }
        Part part = part(node, whole, lowering);
        if (part == null || Tensor.elements(part.shape()) == 0) {
            return false;
        }
        int width = (int) whole.type().bytes(1);
        int start = (int) part.start() * width;
        int length = Tensor.elements(part.shape()) * width;
        ByteBuffer bytes = whole.buffer().slice(start, length);
        Tensor tensor = Tensor.of(whole.type(), part.shape(), bytes);
        lowering.setPart(node.output(0), tensor, node.input(0), start, Match.is(node, "Gather"));
        return true;
    }

    /**
     * True if a node calculates with rows that indices choose from a table, as those of the
     * positions of a text: computed with every run they take little time, and computed beforehand
     * much memory for every length.
     */
    static boolean isOfLength(Node node, Lowering lowering) {
        boolean rows = false;
        for (Value input : node.inputs()) {
            rows |= input != null && lowering.isRows(input);
        }
        return rows
                && Match.is(node, "Cast", "Mul", "Add", "Sub")
                && lowering.constant(node.input(0)).size() >= LARGE;
    }

    private static Part part(Node node, Tensor whole, Lowering lowering) {
        if (Match.is(node, "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten")) {
            return new Part(0, lowering.shape(node.output(0)));
        }
        if (Match.is(node, "Gather")) {
            return rows(node, whole, lowering);
        }
        return Match.is(node, "Slice") ? slice(node, whole, lowering) : null;
    }

    /** Gather of neighbours. */
    private static Part rows(Node node, Tensor whole, Lowering lowering) {
        int axis = Dimensions.axis(node, 0, whole.rank());
        long[] indices = Numbers.longs(lowering.constant(node.input(1)));
        if (indices.length == 0 || Arrays.stream(whole.shape(), 0, axis).anyMatch(d -> d != 1)) {
            return null;
        }
        long length = whole.dim(axis);
        long first = indices[0] < 0 ? indices[0] + length : indices[0];
        for (int i = 0; i < indices.length; i++) {
            long index = indices[i] < 0 ? indices[i] + length : indices[i];
            if (index != first + i || index < 0 || index >= length) {
                return null;
            }
        }
        return new Part(first * inner(whole, axis), lowering.shape(node.output(0)));
    }

    private static Part slice(Node node, Tensor whole, Lowering lowering) {
        long[] starts = Numbers.longs(lowering.constant(node.input(1)));
        long[] axes =
                node.input(3) == null ? null : Numbers.longs(lowering.constant(node.input(3)));
        long[] steps =
                node.input(4) == null ? null : Numbers.longs(lowering.constant(node.input(4)));
        if (steps != null && Arrays.stream(steps).anyMatch(step -> step != 1)) {
            return null;
        }
        long[] shape = lowering.shape(node.output(0));
        if (!isTogether(shape, whole)) {
            return null;
        }
        long start = 0;
        for (int i = 0; i < starts.length; i++) {
            int axis = axes == null ? i : (int) Math.floorMod(axes[i], (long) whole.rank());
            long length = whole.dim(axis);
            long first = starts[i] < 0 ? starts[i] + length : starts[i];
            start += Math.max(0, Math.min(first, length)) * inner(whole, axis);
        }
        return new Part(start, shape);
    }

    /** True if all elements of a slice of that shape are neighbours in memory. */
    private static boolean isTogether(long[] shape, Tensor whole) {
        boolean one = true;
        for (int axis = 0; axis < shape.length; axis++) {
            if (!one && shape[axis] != whole.dim(axis)) {
                return false;
            }
            one &= shape[axis] == 1;
        }
        return true;
    }

    private static long inner(Tensor tensor, int axis) {
        long inner = 1;
        for (int i = axis + 1; i < tensor.rank(); i++) {
            inner *= tensor.dim(i);
        }
        return inner;
    }
}
