package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Parts of tensors, and tensors with something around them. */
public final class Slicing implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("Slice")
                .since(10)
                .one(
                        call ->
                                in ->
                                        slice(
                                                in[0],
                                                Numbers.longs(in[1]),
                                                Numbers.longs(in[2]),
                                                longs(in, 3),
                                                longs(in, 4)));
        ops.op("Slice")
                .until(9)
                .one(
                        call -> {
                            long[] starts = call.integers("starts");
                            long[] ends = call.integers("ends");
                            long[] axes = call.integers("axes", (long[]) null);
                            return in -> slice(in[0], starts, ends, axes, null);
                        });
        ops.op("Split")
                .since(13)
                .many(
                        call -> {
                            long axis = call.integer("axis", 0);
                            int parts = call.outputCount();
                            call.ignore("num_outputs");
                            return in -> split(in[0], longs(in, 1), axis, parts);
                        });
        ops.op("Split")
                .since(2)
                .until(12)
                .many(
                        call -> {
                            long axis = call.integer("axis", 0);
                            long[] sizes = call.integers("split", (long[]) null);
                            int parts = call.outputCount();
                            return in -> split(in[0], sizes, axis, parts);
                        });
        ops.op("Pad")
                .since(11)
                .one(
                        call -> {
                            String mode =
                                    call.oneOf(
                                            "mode",
                                            "constant",
                                            "constant",
                                            "reflect",
                                            "edge",
                                            "wrap");
                            return in ->
                                    pad(
                                            in[0],
                                            Numbers.longs(in[1]),
                                            Kernel.optional(in, 2),
                                            longs(in, 3),
                                            mode);
                        });
        ops.op("Pad")
                .since(2)
                .until(10)
                .one(
                        call -> {
                            String mode =
                                    call.oneOf("mode", "constant", "constant", "reflect", "edge");
                            long[] pads = call.integers("pads");
                            float value = call.real("value", 0);
                            return in ->
                                    pad(
                                            in[0],
                                            pads,
                                            Numbers.of(in[0].type(), new double[] {value}),
                                            null,
                                            mode);
                        });
        ops.op("CenterCropPad")
                .since(18)
                .one(
                        call -> {
                            long[] axes = call.integers("axes", (long[]) null);
                            return in -> centerCropPad(in[0], Numbers.longs(in[1]), axes);
                        });
    }

    static long[] longs(Tensor[] in, int index) {
        Tensor tensor = Kernel.optional(in, index);
        return tensor == null ? null : Numbers.longs(tensor);
    }

    static Tensor slice(Tensor x, long[] starts, long[] ends, long[] axes, long[] steps) {
        long[] shape = x.shape();
        int[] strides = Strides.of(shape);
        int offset = 0;
        for (int i = 0; i < starts.length; i++) {
            int axis = axes == null ? i : Strides.axis(axes[i], x.rank());
            long step = steps == null ? 1 : steps[i];
            if (step == 0) {
                throw new IllegalArgumentException("a slice with step 0");
            }
            long dim = x.dim(axis);
            long low = step > 0 ? 0 : -1;
            long high = step > 0 ? dim : dim - 1;
            long start = Math.max(low + (step > 0 ? 0 : 1), Math.min(high, from(starts[i], dim)));
            long end = Math.max(low, Math.min(high, from(ends[i], dim)));
            if (step < 0) {
                end =
                        ends[i] < 0 && ends[i] < -dim
                                ? -1
                                : Math.max(-1, Math.min(dim - 1, from(ends[i], dim)));
            }
            long span = step > 0 ? end - start : start - end;
            long magnitude = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
            shape[axis] = span <= 0 ? 0 : (span - 1) / magnitude + 1;
            offset += (int) (start * strides[axis]);
            strides[axis] = shape[axis] <= 1 ? 0 : (int) (strides[axis] * step);
        }
        return Elements.pick(x, Strides.index(shape, strides, offset), shape);
    }

    private static long from(long position, long dim) {
        return position < 0 ? position + dim : position;
    }

    private static Tensor[] split(Tensor x, long[] sizes, long axis, int parts) {
        int at = Strides.axis(axis, x.rank());
        long dim = x.dim(at);
        long even = (dim + parts - 1) / parts;
        Tensor[] results = new Tensor[parts];
        long start = 0;
        for (int i = 0; i < parts; i++) {
            long size = sizes == null ? Math.min(even, dim - start) : sizes[i];
            results[i] = part(x, at, start, size);
            start += size;
        }
        if (start != dim) {
            throw new IllegalArgumentException(
                    "parts of " + Arrays.toString(sizes) + " do not make up " + dim);
        }
        return results;
    }

    /** {@code length} indexes of an axis from {@code start} on. */
    public static Tensor part(Tensor x, int axis, long start, long length) {
        return slice(x, new long[] {start}, new long[] {start + length}, new long[] {axis}, null);
    }

    private static Tensor pad(Tensor x, long[] pads, Tensor value, long[] axes, String mode) {
        int rank = x.rank();
        int[] padded = axes == null ? Strides.range(0, rank) : Strides.axes(axes, rank);
        long[] before = new long[rank];
        long[] shape = x.shape();
        for (int i = 0; i < padded.length; i++) {
            before[padded[i]] = pads[i];
            shape[padded[i]] += pads[i] + pads[padded.length + i];
        }
        int[] strides = Strides.of(x.shape());
        int[] index = new int[Tensor.elements(shape)];
        for (int i = 0; i < index.length; i++) {
            int[] at = Strides.coordinates(i, shape);
            int position = 0;
            for (int axis = 0; axis < rank && position >= 0; axis++) {
                int from = source(at[axis] - before[axis], x.dim(axis), mode);
                position = from < 0 ? -1 : position + from * strides[axis];
            }
            index[i] = position;
        }
        return Elements.pick(x, index, value, shape);
    }

    /** Where an element at {@code position} of the original, perhaps outside of it, comes from. */
    private static int source(long position, long dim, String mode) {
        if (position >= 0 && position < dim) {
            return (int) position;
        }
        return switch (mode) {
            case "edge" -> (int) Math.max(0, Math.min(dim - 1, position));
            case "wrap" -> (int) Math.floorMod(position, dim);
            case "reflect" -> {
                long period = Math.max(1, 2 * (dim - 1));
                long at = Math.floorMod(position, period);
                yield (int) (at < dim ? at : period - at);
            }
            default -> -1;
        };
    }

    private static Tensor centerCropPad(Tensor x, long[] sizes, long[] axes) {
        int rank = x.rank();
        int[] at = axes == null ? Strides.range(0, rank) : Strides.axes(axes, rank);
        Tensor result = x;
        for (int i = 0; i < at.length; i++) {
            long dim = result.dim(at[i]);
            long size = sizes[i];
            long[] axis = {at[i]};
            if (size <= dim) {
                result = part(result, at[i], (dim - size) / 2, size);
            } else {
                long before = (size - dim) / 2;
                result =
                        pad(
                                result,
                                new long[] {before, size - dim - before},
                                null,
                                axis,
                                "constant");
            }
        }
        return result;
    }
}
