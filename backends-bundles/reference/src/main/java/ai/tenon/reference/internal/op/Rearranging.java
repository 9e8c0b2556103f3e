package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Operators that move elements by a rule of their positions. */
public final class Rearranging implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("Transpose")
                .one(
                        call -> {
                            long[] perm = call.integers("perm", (long[]) null);
                            return in -> transpose(in[0], perm);
                        });
        ops.op("Expand")
                .since(8)
                .input(1, Types.INDEXES)
                .one(call -> in -> expand(in[0], Numbers.longs(in[1])));
        ops.op("Tile").since(6).one(call -> in -> tile(in[0], Numbers.longs(in[1])));
        ops.op("Concat")
                .since(4)
                .one(
                        call -> {
                            long axis = call.integer("axis", 0);
                            return in -> concat(in, axis);
                        });
        ops.op("DepthToSpace")
                .one(
                        call -> {
                            long size = call.integer("blocksize", 0);
                            boolean crd = call.oneOf("mode", "DCR", "DCR", "CRD").equals("CRD");
                            return in -> depthToSpace(in[0], size, crd);
                        });
        ops.op("SpaceToDepth")
                .one(
                        call -> {
                            long size = call.integer("blocksize", 0);
                            return in -> spaceToDepth(in[0], size);
                        });
        ops.op("Trilu")
                .since(14)
                .one(
                        call -> {
                            boolean upper = call.flag("upper", true);
                            return in -> {
                                Tensor k = Kernel.optional(in, 1);
                                return trilu(in[0], upper, k == null ? 0 : Numbers.longs(k)[0]);
                            };
                        });
        ops.op("ReverseSequence")
                .since(10)
                .one(
                        call -> {
                            int batch = (int) call.integer("batch_axis", 1);
                            int time = (int) call.integer("time_axis", 0);
                            return in -> reverse(in[0], Numbers.ints(in[1]), batch, time);
                        });
    }

    /** With axis i of the result the axis perm[i] of x. */
    public static Tensor transpose(Tensor x, long... perm) {
        int rank = x.rank();
        int[] own = Strides.of(x.shape());
        long[] shape = new long[rank];
        int[] strides = new int[rank];
        for (int i = 0; i < rank; i++) {
            int from = perm == null ? rank - 1 - i : Strides.axis(perm[i], rank);
            shape[i] = x.dim(from);
            strides[i] = own[from];
        }
        return Elements.pick(x, Strides.index(shape, strides, 0), shape);
    }

    static Tensor expand(Tensor x, long[] to) {
        long[] shape = Strides.broadcast(x.shape(), to);
        return Arrays.equals(shape, x.shape())
                ? x
                : Elements.pick(x, Strides.broadcastIndex(x.shape(), shape), shape);
    }

    private static Tensor tile(Tensor x, long[] repeats) {
        int rank = x.rank();
        int[] own = Strides.of(x.shape());
        long[] shape = new long[rank];
        long[] split = new long[2 * rank];
        int[] strides = new int[2 * rank];
        for (int i = 0; i < rank; i++) {
            shape[i] = x.dim(i) * repeats[i];
            split[2 * i] = repeats[i];
            split[2 * i + 1] = x.dim(i);
            strides[2 * i + 1] = own[i];
        }
        return Elements.pick(x, Strides.index(split, strides, 0), shape);
    }

    /** All of them one after the other along an axis. */
    public static Tensor concat(Tensor[] in, long axis) {
        Tensor first = in[0];
        int at = Strides.axis(axis, first.rank());
        if (Elements.packed(first.type())) {
            Tensor[] wide = Arrays.stream(in).map(Elements::unpack).toArray(Tensor[]::new);
            return Elements.pack(concat(wide, axis), first.type());
        }
        long[] shape = first.shape();
        shape[at] = 0;
        for (Tensor each : in) {
            for (int i = 0; i < shape.length; i++) {
                if (each.rank() != shape.length || i != at && each.dim(i) != shape[i]) {
                    throw new IllegalArgumentException(
                            Arrays.toString(in) + " do not concatenate along axis " + at);
                }
            }
            shape[at] += each.dim(at);
        }
        Tensor result = Numbers.allocate(first.type(), shape);
        int outer = Strides.product(shape, 0, at);
        int stride = Strides.product(shape, at, shape.length);
        int start = 0;
        for (Tensor each : in) {
            int length = Strides.product(each.shape(), at, shape.length);
            for (int i = 0; i < outer; i++) {
                Elements.copy(each, i * length, result, i * stride + start, length);
            }
            start += length;
        }
        return result;
    }

    private static Tensor depthToSpace(Tensor x, long b, boolean crd) {
        long n = x.dim(0);
        long c = x.dim(1) / (b * b);
        long h = x.dim(2);
        long w = x.dim(3);
        Tensor moved =
                crd
                        ? transpose(x.reshaped(n, c, b, b, h, w), 0, 1, 4, 2, 5, 3)
                        : transpose(x.reshaped(n, b, b, c, h, w), 0, 3, 4, 1, 5, 2);
        return moved.reshaped(n, c, h * b, w * b);
    }

    private static Tensor spaceToDepth(Tensor x, long b) {
        long n = x.dim(0);
        long c = x.dim(1);
        long h = x.dim(2) / b;
        long w = x.dim(3) / b;
        return transpose(x.reshaped(n, c, h, b, w, b), 0, 3, 5, 1, 2, 4)
                .reshaped(n, c * b * b, h, w);
    }

    private static Tensor trilu(Tensor x, boolean upper, long k) {
        int rows = (int) x.dim(x.rank() - 2);
        int columns = (int) x.dim(x.rank() - 1);
        int[] index = new int[x.size()];
        for (int i = 0; i < index.length; i++) {
            int row = i / columns % rows;
            long distance = i % columns - row - k;
            index[i] = (upper ? distance >= 0 : distance <= 0) ? i : -1;
        }
        return Elements.pick(x, index, null, x.shape());
    }

    private static Tensor reverse(Tensor x, int[] lengths, int batch, int time) {
        int[] index = new int[x.size()];
        int[] strides = Strides.of(x.shape());
        for (int i = 0; i < index.length; i++) {
            int t = i / strides[time] % (int) x.dim(time);
            int length = lengths[i / strides[batch] % (int) x.dim(batch)];
            index[i] = t < length ? i + (length - 1 - 2 * t) * strides[time] : i;
        }
        return Elements.pick(x, index, x.shape());
    }
}
