package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;

/**
 * Some of the elements along the last axis of a value.
 *
 * @param end exclusive
 */
record Part(Value whole, long start, long end, long step) {
    /** What a Slice or Split takes; null if it is not known, or not of the last axis alone. */
    static Part of(Value value, Types types) {
        Node node = Match.producer(value, "Slice", "Split");
        int rank = node == null ? -1 : types.rank(node.input(0));
        long length = rank < 1 ? -1 : types.dim(node.input(0), -1).length();
        if (length < 0) {
            return null;
        }
        return node.opType().equals("Slice")
                ? sliced(node, rank, length)
                : split(node, value, rank, length, types);
    }

    private static Part sliced(Node slice, int rank, long length) {
        Long start = only(slice.input(1));
        Long end = only(slice.input(2));
        Long axis = only(slice.input(3));
        Long step = slice.input(4) == null ? Long.valueOf(1) : only(slice.input(4));
        if (start == null || end == null || axis == null || step == null || step < 1) {
            return null;
        }
        if (axis != -1 && axis != rank - 1) {
            return null;
        }
        long from = Math.max(0, Math.min(length, start < 0 ? start + length : start));
        long to = Math.max(from, Math.min(length, end < 0 ? end + length : end));
        return new Part(slice.input(0), from, to, step);
    }

    private static Part split(Node split, Value value, int rank, long length, Types types) {
        long axis = split.intAttribute("axis", 0);
        if (axis != -1 && axis != rank - 1) {
            return null;
        }
        long from = 0;
        for (Value output : split.outputs()) {
            long size = output == null ? -1 : types.dim(output, -1).length();
            if (size < 0) {
                return null;
            }
            if (output == value) {
                return new Part(split.input(0), from, Math.min(length, from + size), 1);
            }
            from += size;
        }
        return null;
    }

    private static Long only(Value value) {
        long[] integers = Constants.integers(value);
        return integers == null || integers.length != 1 ? null : integers[0];
    }
}
