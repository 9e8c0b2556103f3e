package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import ai.tenon.reference.internal.op.AttentionFamily;
import ai.tenon.reference.internal.op.Call;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.ScaledDotProduct;
import ai.tenon.reference.internal.op.ScaledDotProduct.Shown;
import ai.tenon.reference.internal.op.Slicing;
import ai.tenon.reference.internal.op.Types;
import ai.tenon.reference.internal.op.Unsupported;

/** Causal attention in which groups of query heads share keys and values, with their cache. */
public final class GroupQueryAttention implements Operators.Family {
    @Override
    public void register(Operators ops) {
        Domain.op(ops, "GroupQueryAttention")
                .types(Types.FLOATS)
                .input(5, Types.set(DataType.INT32))
                .input(6, Types.set(DataType.INT32))
                .input(9, Types.set(DataType.INT64))
                .many(
                        call -> {
                            Settings settings = Settings.of(call);
                            return in -> attend(in, settings);
                        });
    }

    /**
     * @param window keys that a query sees, its own included; negative for all
     * @param smooth whether each softmax has one more score, of 0, that gives nothing
     */
    private record Settings(
            int heads,
            int shared,
            float scale,
            double softcap,
            boolean rotary,
            boolean interleaved,
            long window,
            boolean smooth) {
        static Settings of(Call call) throws Unsupported {
            if (call.integer("qk_output", 0) != 0 || call.wants(3)) {
                throw new Unsupported("scores as an output are not known");
            }
            return new Settings(
                    (int) call.integer("num_heads", 1),
                    (int) call.integer("kv_num_heads", 1),
                    call.real("scale", 0),
                    call.real("softcap", 0),
                    call.flag("do_rotary", false),
                    call.flag("rotary_interleaved", false),
                    call.integer("local_window_size", -1),
                    call.flag("smooth_softmax", false));
        }
    }

    private static Tensor[] attend(Tensor[] in, Settings settings) {
        Tensor[] parts = parts(in, settings);
        Tensor q = parts[0];
        int batches = (int) q.dim(0);
        int rows = (int) q.dim(2);
        int total = Numbers.ints(in[6])[0];
        int[] lengths = Numbers.ints(in[5]);
        int[] pasts = new int[batches];
        for (int b = 0; b < batches; b++) {
            // A prompt has no past, even if it is padded.
            pasts[b] = rows == total ? 0 : lengths[b] + 1 - rows;
        }
        if (settings.rotary) {
            Tensor at = Kernel.optional(in, 9);
            at = at == null ? positions(pasts, rows) : at;
            q = AttentionFamily.rotate(turned(q, in, at), settings.interleaved, 0, width(in));
            parts[1] =
                    AttentionFamily.rotate(
                            turned(parts[1], in, at), settings.interleaved, 0, width(in));
        }
        Tensor k = cached(Kernel.optional(in, 3), parts[1], pasts, total);
        Tensor v = cached(Kernel.optional(in, 4), parts[2], pasts, total);
        Scores scores =
                new Scores(batches, settings.heads, rows, k.dim(2))
                        .add(Kernel.optional(in, 10))
                        .hide(
                                (b, row, column) -> {
                                    int own = pasts[b] + row;
                                    return column > own
                                            || settings.window >= 0
                                                    && column <= own - settings.window;
                                });
        Tensor sink = Kernel.optional(in, 11);
        double[] sinks =
                sink != null
                        ? Numbers.doubles(sink)
                        : settings.smooth ? new double[settings.heads] : null;
        double scale = ScaledDotProduct.scale(settings.scale, q.dim(3));
        Tensor y =
                new ScaledDotProduct(scale, settings.softcap, sinks)
                        .over(q, k, v, scores.bias(), Shown.SCALED)[0];
        return new Tensor[] {ScaledDotProduct.merge(y), k, v};
    }

    /** Queries, keys and values by head; they may come as one tensor. */
    private static Tensor[] parts(Tensor[] in, Settings settings) {
        Tensor[] parts = {in[0], in[1], in[2]};
        if (in[1] == null) {
            long size = in[0].dim(2) / (settings.heads + 2L * settings.shared);
            long queries = settings.heads * size;
            long keys = settings.shared * size;
            parts[0] = Slicing.part(in[0], 2, 0, queries);
            parts[1] = Slicing.part(in[0], 2, queries, keys);
            parts[2] = Slicing.part(in[0], 2, queries + keys, keys);
        }
        parts[0] = ScaledDotProduct.split(parts[0], settings.heads);
        parts[1] = ScaledDotProduct.split(parts[1], settings.shared);
        parts[2] = ScaledDotProduct.split(parts[2], settings.shared);
        return parts;
    }

    private static Tensor positions(int[] pasts, int rows) {
        long[] positions = new long[pasts.length * rows];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = pasts[i / rows] + i % rows;
        }
        return Numbers.ofLongs(positions, pasts.length, rows);
    }

    private static Tensor[] turned(Tensor x, Tensor[] in, Tensor positions) {
        return new Tensor[] {x, in[7], in[8], positions};
    }

    /** Elements of a head that are rotated. */
    private static int width(Tensor[] in) {
        return (int) (2 * in[7].dim(1));
    }

    /**
     * What is remembered, and behind it what is new.
     *
     * @param past [batch, heads, room, size]; null for none
     * @param pasts how many of these hold, for each of the batch
     */
    private static Tensor cached(Tensor past, Tensor x, int[] pasts, int total) {
        int heads = (int) x.dim(1);
        int rows = (int) x.dim(2);
        int size = (int) x.dim(3);
        int room = past == null ? 0 : (int) past.dim(2);
        int length = Math.max(room, total);
        Tensor result = Numbers.allocate(x.type(), x.dim(0), heads, length, size);
        for (int i = 0; i < x.dim(0) * heads; i++) {
            int held = pasts[i / heads];
            if (held > room || held < 0) {
                throw new IllegalArgumentException(
                        held + " keys are said to be in a cache of " + room);
            }
            int to = i * length * size;
            if (held > 0) {
                Elements.copy(past, i * room * size, result, to, held * size);
            }
            int fits = Math.min(rows, length - held);
            Elements.copy(x, i * rows * size, result, to + held * size, fits * size);
        }
        return result;
    }
}
