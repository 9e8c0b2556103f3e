package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings masks into the form that Attention wants: [batch or 1, heads or 1, queries, keys]. What
 * was made for one attention serves the others.
 */
final class Masks {
    private final Map<Object, Value> made = new HashMap<>();

    /** Whether {@link #make} can do it. */
    static boolean fit(AttentionCore core, Types types) {
        return core.masks().stream()
                .allMatch(
                        mask -> {
                            int rank = types.rank(mask.value());
                            boolean grouped =
                                    rank == 5
                                            && types.dim(mask.value(), 1).length() == 1
                                            && types.dim(mask.value(), 2).length() == 1;
                            return grouped || rank >= 0 && rank <= 4;
                        });
    }

    /**
     * True if a mask has the form already: its rows are the queries, its columns the keys for
     * certain.
     */
    static boolean isWhole(Value mask, Dimension rows, Dimension columns, Types types) {
        return types.rank(mask) >= 2
                && types.rank(mask) <= 4
                && Types.same(types.dim(mask, -2), rows)
                && Types.same(types.dim(mask, -1), columns);
    }

    /**
     * The sum of all masks of an attention, made before a node.
     *
     * @return null if there are none
     */
    Value make(AttentionCore core, Node before, Types types) {
        if (core.masks().isEmpty()) {
            return null;
        }
        Dimension rows = core.q().length(types);
        Dimension columns = core.k().length(types);
        boolean shared = !rows.equals(Dimension.UNKNOWN) && !columns.equals(Dimension.UNKNOWN);
        Object key = shared ? List.of(core.masks(), rows, columns) : new Object();
        Value known = made.get(key);
        if (known != null) {
            return known;
        }
        Value sum = null;
        for (AttentionCore.Mask mask : core.masks()) {
            Value added = added(mask, before, types);
            sum = sum == null ? added : insert(before, "Add", "mask", sum, added);
        }
        boolean whole =
                core.masks().size() == 1
                        && isWhole(core.masks().get(0).value(), rows, columns, types);
        if (!whole) {
            sum = insert(before, "Expand", "mask", sum, shape(core, before, types));
        }
        made.put(key, sum);
        return sum;
    }

    private static Value added(AttentionCore.Mask mask, Node before, Types types) {
        Value value = mask.value();
        if (types.rank(value) == 5) {
            Value axis = Constants.add(before.graph(), "axis", Numbers.ofLongs(new long[] {1}, 1));
            value = insert(before, "Squeeze", "mask", value, axis);
        }
        if (mask.hidden() == null) {
            return value;
        }
        DataType type = Constants.tensor(mask.hidden()).type();
        Value zero = Constants.add(before.graph(), "zero", Numbers.of(type, new double[] {0}));
        return insert(before, "Where", "mask", value, zero, mask.hidden());
    }

    /** [1, 1, queries, keys]. */
    private static Value shape(AttentionCore core, Node before, Types types) {
        Dimension rows = core.q().length(types);
        Dimension columns = core.k().length(types);
        if (rows.isKnown() && columns.isKnown()) {
            long[] shape = {1, 1, rows.length(), columns.length()};
            return Constants.add(before.graph(), "mask_shape", Numbers.ofLongs(shape, 4));
        }
        Value ones = Constants.add(before.graph(), "ones", Numbers.ofLongs(new long[] {1, 1}, 2));
        Value q = length(core.q(), before);
        Value k = length(core.k(), before);
        Value shape = insert(before, "Concat", "mask_shape", ones, q, k);
        shape.producer().set(Attribute.ofInt("axis", 0));
        return shape;
    }

    private static Value length(Heads heads, Node before) {
        int axis = heads.byHead() != null ? 2 : 1;
        Value of = heads.byHead() != null ? heads.byHead() : heads.bySequence();
        if (heads.flat() != null) {
            axis = 1;
            of = heads.flat();
        }
        Value length = insert(before, "Shape", "length", of);
        length.producer().set(Attribute.ofInt("start", axis)).set(Attribute.ofInt("end", axis + 1));
        return length;
    }

    private static Value insert(Node before, String opType, String hint, Value... inputs) {
        ValueType unknown = null;
        return Rewrite.insert(before, opType, hint, unknown, inputs).output(0);
    }
}
