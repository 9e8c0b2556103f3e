package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Dimension;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;

/**
 * Queries, keys or values as they are split into heads.
 *
 * @param byHead [batch, heads, sequence, size]; null if no such value exists
 * @param bySequence [batch, sequence, heads, size]; null if no such value is known
 * @param flat [batch, sequence, heads · size]; null if no such value is known
 */
record Heads(Value byHead, Value bySequence, Value flat) {
    /** Of [batch, heads, sequence, size]; heads that were repeated for others count once. */
    static Heads of(Value byHead, Types types) {
        Value own = unrepeated(byHead, types);
        Node transpose = Axes.transpose(own, 0, 2, 1, 3);
        Value bySequence = transpose == null ? null : transpose.input(0);
        return new Heads(own, bySequence, flat(bySequence, types));
    }

    /** Of keys as they are multiplied, [batch, heads, size, sequence]; null if they are not so. */
    static Heads ofTransposed(Value keys, Types types) {
        Node swapped = Axes.transpose(keys, 0, 1, 3, 2);
        if (swapped != null) {
            return of(Axes.Multiple.of(swapped.input(0)).value(), types);
        }
        Node turned = Axes.transpose(keys, 0, 2, 3, 1);
        if (turned == null) {
            return null;
        }
        Value bySequence = Axes.Multiple.of(turned.input(0)).value();
        return new Heads(null, bySequence, flat(bySequence, types));
    }

    /** Number of heads; -1 when unknown. */
    long count(Types types) {
        return byHead != null ? types.dim(byHead, 1).length() : types.dim(bySequence, 2).length();
    }

    /** Elements per head; -1 when unknown. */
    long size(Types types) {
        return types.dim(byHead != null ? byHead : bySequence, 3).length();
    }

    /** Length of the sequence. */
    Dimension length(Types types) {
        return byHead != null ? types.dim(byHead, 2) : types.dim(bySequence, 1);
    }

    /** [batch, heads, sequence, size] from {@code Reshape(Expand(Unsqueeze(x, 2)))} is x. */
    private static Value unrepeated(Value byHead, Types types) {
        Node reshape = Match.producer(byHead, "Reshape");
        Node expand = reshape == null ? null : Match.producer(reshape.input(0), "Expand");
        Node unsqueeze = expand == null ? null : Axes.unsqueeze(expand.input(0), 2);
        if (unsqueeze == null || types.rank(expand.output(0)) != 5) {
            return byHead;
        }
        Value own = unsqueeze.input(0);
        long shared = types.dim(own, 1).length();
        long copies = types.dim(expand.output(0), 2).length();
        boolean repeats =
                shared > 0
                        && copies > 0
                        && types.dim(byHead, 1).length() == shared * copies
                        && types.dim(expand.output(0), 1).length() == shared
                        && Types.same(types.dim(byHead, 3), types.dim(own, 3))
                        && Types.same(types.dim(byHead, 0), types.dim(own, 0));
        return repeats ? own : byHead;
    }

    /** What was reshaped to [batch, sequence, heads, size] by splitting its last axis. */
    private static Value flat(Value bySequence, Types types) {
        Node reshape = Match.producer(bySequence, "Reshape");
        if (reshape == null || types.rank(reshape.input(0)) != 3 || types.rank(bySequence) != 4) {
            return null;
        }
        Value x = reshape.input(0);
        long heads = types.dim(bySequence, 2).length();
        long size = types.dim(bySequence, 3).length();
        return heads > 0
                        && size > 0
                        && types.dim(x, 2).length() == heads * size
                        && keepsBatch(reshape, types)
                ? x
                : null;
    }

    /**
     * The Reshape that joins the heads of {@code byHead} again, behind a Transpose that nobody else
     * reads; null if there is none.
     */
    static Node merged(Value byHead, long heads, long size, Types types, Group group) {
        if (!Match.isReadOnce(byHead) || !Axes.isTranspose(byHead.uses().get(0), 0, 2, 1, 3)) {
            return null;
        }
        Node transpose = byHead.uses().get(0);
        Value bySequence = transpose.output(0);
        if (bySequence.isGraphOutput()) {
            return null;
        }
        for (Node reader : bySequence.uses()) {
            boolean merges =
                    Match.is(reader, "Reshape")
                            && reader.input(0) == bySequence
                            && types.rank(reader.output(0)) == 3
                            && types.dim(reader.output(0), 2).length() == heads * size
                            && keepsBatch(reader, types);
            if (merges) {
                group.add(transpose);
                return group.add(reader);
            }
        }
        return null;
    }

    /**
     * True if a Reshape certainly keeps the batch or the sequence as it is: since the elements stay
     * the same in number, and so do the other axes, it then keeps both.
     */
    static boolean keepsBatch(Node reshape, Types types) {
        long[] wanted = Constants.integers(reshape.input(1));
        boolean copies = reshape.intAttribute("allowzero", 0) == 0;
        if (wanted != null && wanted.length > 1 && copies && (wanted[0] == 0 || wanted[1] == 0)) {
            return true;
        }
        Value x = reshape.input(0);
        Value y = reshape.output(0);
        return Types.same(types.dim(x, 0), types.dim(y, 0))
                || Types.same(types.dim(x, 1), types.dim(y, 1));
    }
}
