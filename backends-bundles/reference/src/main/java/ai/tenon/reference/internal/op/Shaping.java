package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Operators that change or read the shape and leave the elements where they are. */
final class Shaping implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("Identity").bind(call -> (in, frame) -> in);
        ops.op("Reshape")
                .since(5)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            boolean allowZero = call.flag("allowzero", false);
                            return in -> reshape(in[0], Numbers.longs(in[1]), allowZero);
                        });
        ops.op("Reshape")
                .until(4)
                .one(
                        call -> {
                            long[] shape = call.integers("shape");
                            call.ignore("consumed_inputs");
                            return in -> reshape(in[0], shape, false);
                        });
        ops.op("Flatten")
                .one(
                        call -> {
                            long axis = call.integer("axis", 1);
                            return in -> flatten(in[0], axis);
                        });
        axes(ops, "Squeeze", Shaping::squeeze);
        axes(ops, "Unsqueeze", Shaping::unsqueeze);
        ops.op("Shape")
                .one(
                        call -> {
                            long start = call.integer("start", 0);
                            long end = call.integer("end", Long.MAX_VALUE);
                            return in -> shape(in[0], start, end);
                        });
        ops.op("Size").one(call -> in -> Numbers.ofLongs(new long[] {in[0].size()}));
    }

    @FunctionalInterface
    private interface WithAxes {
        Tensor apply(Tensor x, long[] axes);
    }

    private static void axes(Operators ops, String name, WithAxes f) {
        ops.op(name)
                .since(13)
                .input(1, Types.INDEXES)
                .one(
                        call ->
                                in -> {
                                    Tensor axes = Kernel.optional(in, 1);
                                    return f.apply(
                                            in[0], axes == null ? null : Numbers.longs(axes));
                                });
        ops.op(name)
                .until(12)
                .one(
                        call -> {
                            long[] axes = call.integers("axes", (long[]) null);
                            return in -> f.apply(in[0], axes);
                        });
    }

    static Tensor reshape(Tensor x, long[] wanted, boolean allowZero) {
        long[] shape = wanted.clone();
        int open = -1;
        long known = 1;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0 && !allowZero) {
                shape[i] = x.dim(i);
            }
            if (shape[i] == -1) {
                open = i;
            } else {
                known *= shape[i];
            }
        }
        if (open >= 0) {
            shape[open] = known == 0 ? 0 : x.size() / known;
        }
        return x.reshaped(shape);
    }

    private static Tensor flatten(Tensor x, long axis) {
        int at = axis == x.rank() ? x.rank() : Strides.axis(axis, x.rank());
        long[] shape = x.shape();
        return x.reshaped(Strides.product(shape, 0, at), Strides.product(shape, at, shape.length));
    }

    private static Tensor squeeze(Tensor x, long[] axes) {
        boolean[] gone = new boolean[x.rank()];
        if (axes == null) {
            for (int i = 0; i < gone.length; i++) {
                gone[i] = x.dim(i) == 1;
            }
        } else {
            for (int axis : Strides.axes(axes, x.rank())) {
                gone[axis] = true;
            }
        }
        long[] shape = new long[x.rank()];
        int rank = 0;
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
                shape[rank++] = x.dim(i);
            }
        }
        return x.reshaped(Arrays.copyOf(shape, rank));
    }

    private static Tensor unsqueeze(Tensor x, long[] axes) {
        long[] shape = new long[x.rank() + axes.length];
        boolean[] added = new boolean[shape.length];
        for (int axis : Strides.axes(axes, shape.length)) {
            added[axis] = true;
        }
        int from = 0;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = added[i] ? 1 : x.dim(from++);
        }
        return x.reshaped(shape);
    }

    private static Tensor shape(Tensor x, long start, long end) {
        int rank = x.rank();
        int from = (int) Math.max(0, Math.min(rank, start < 0 ? start + rank : start));
        int to = (int) Math.max(from, Math.min(rank, end < 0 ? end + rank : end));
        return Numbers.ofLongs(Arrays.copyOfRange(x.shape(), from, to), to - from);
    }
}
