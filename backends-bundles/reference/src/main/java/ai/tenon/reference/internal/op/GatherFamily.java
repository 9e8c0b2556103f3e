package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Reading at places that other tensors name. */
final class GatherFamily implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("Gather")
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            long axis = call.integer("axis", 0);
                            return in -> gather(in[0], in[1], axis);
                        });
        ops.op("GatherElements")
                .since(11)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            long axis = call.integer("axis", 0);
                            return in ->
                                    Elements.pick(
                                            in[0],
                                            alongAxis(in[0].shape(), in[1], axis),
                                            in[1].shape());
                        });
        ops.op("GatherND")
                .since(11)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            int batch = (int) call.integer("batch_dims", 0);
                            return in -> gatherNd(in[0], in[1], batch);
                        });
        ops.op("Compress")
                .since(9)
                .input(1, Types.BOOL)
                .one(
                        call -> {
                            boolean flat = !call.has("axis");
                            long axis = call.integer("axis", 0);
                            return in ->
                                    compress(
                                            flat ? in[0].reshaped(in[0].size()) : in[0],
                                            in[1],
                                            axis);
                        });
    }

    static Tensor gather(Tensor x, Tensor indices, long axis) {
        int at = Strides.axis(axis, x.rank());
        long[] dims = x.shape();
        int inner = Strides.product(dims, at + 1, dims.length);
        int outer = Strides.product(dims, 0, at);
        int[] from = checked(indices, dims[at]);
        long[] shape = new long[dims.length - 1 + indices.rank()];
        System.arraycopy(dims, 0, shape, 0, at);
        System.arraycopy(indices.shape(), 0, shape, at, indices.rank());
        System.arraycopy(dims, at + 1, shape, at + indices.rank(), dims.length - at - 1);
        if (Elements.packed(x.type())) {
            return Elements.pack(gather(Elements.unpack(x), indices, axis), x.type());
        }
        Tensor result = Numbers.allocate(x.type(), shape);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < from.length; i++) {
                Elements.copy(
                        x,
                        (o * (int) dims[at] + from[i]) * inner,
                        result,
                        (o * from.length + i) * inner,
                        inner);
            }
        }
        return result;
    }

    /** Indices within a dimension, negative ones counted from its end. */
    static int[] checked(Tensor indices, long dim) {
        long[] values = Numbers.longs(indices);
        int[] result = new int[values.length];
        for (int i = 0; i < result.length; i++) {
            long index = values[i] < 0 ? values[i] + dim : values[i];
            if (index < 0 || index >= dim) {
                throw new IllegalArgumentException(
                        "index " + values[i] + " is outside of a dimension of " + dim);
            }
            result[i] = (int) index;
        }
        return result;
    }

    /** Positions in {@code shape} that differ from an element's own only along {@code axis}. */
    static int[] alongAxis(long[] shape, Tensor indices, long axis) {
        int at = Strides.axis(axis, shape.length);
        int[] strides = Strides.of(shape);
        int step = strides[at];
        int[] along = checked(indices, shape[at]);
        strides[at] = 0;
        int[] positions = Strides.index(indices.shape(), strides, 0);
        for (int i = 0; i < positions.length; i++) {
            positions[i] += along[i] * step;
        }
        return positions;
    }

    /** First positions of the slices that index tuples name: for GatherND and ScatterND. */
    static int[] slices(long[] shape, Tensor indices, int batch) {
        int depth = (int) indices.dim(indices.rank() - 1);
        int[] strides = Strides.of(shape);
        long[] tuples = Numbers.longs(indices);
        int count =
                depth == 0
                        ? Strides.product(indices.shape(), 0, indices.rank() - 1)
                        : tuples.length / depth;
        int batches = Strides.product(shape, 0, batch);
        int batchSize = Strides.product(shape, batch, shape.length);
        int[] positions = new int[count];
        for (int i = 0; i < count; i++) {
            int position = batch == 0 ? 0 : i / (count / batches) * batchSize;
            for (int j = 0; j < depth; j++) {
                long dim = shape[batch + j];
                long index = tuples[i * depth + j];
                long at = index < 0 ? index + dim : index;
                if (at < 0 || at >= dim) {
                    throw new IllegalArgumentException(
                            "index " + index + " is outside of a dimension of " + dim);
                }
                position += (int) at * strides[batch + j];
            }
            positions[i] = position;
        }
        return positions;
    }

    private static Tensor gatherNd(Tensor x, Tensor indices, int batch) {
        long[] dims = x.shape();
        int depth = (int) indices.dim(indices.rank() - 1);
        int[] starts = slices(dims, indices, batch);
        int inner = Strides.product(dims, batch + depth, dims.length);
        long[] lead = Arrays.copyOf(indices.shape(), indices.rank() - 1);
        long[] tail = Arrays.copyOfRange(dims, batch + depth, dims.length);
        long[] shape = Arrays.copyOf(lead, lead.length + tail.length);
        System.arraycopy(tail, 0, shape, lead.length, tail.length);
        return Elements.pick(x, blocks(starts, inner), shape);
    }

    /** Positions of blocks of {@code inner} elements that begin at {@code starts}. */
    static int[] blocks(int[] starts, int inner) {
        int[] index = new int[starts.length * inner];
        for (int i = 0; i < index.length; i++) {
            index[i] = starts[i / inner] + i % inner;
        }
        return index;
    }

    private static Tensor compress(Tensor x, Tensor condition, long axis) {
        long[] chosen = new long[condition.size()];
        int count = 0;
        for (int i = 0; i < chosen.length; i++) {
            if (condition.buffer().get(i) != 0) {
                chosen[count++] = i;
            }
        }
        return gather(x, Numbers.ofLongs(Arrays.copyOf(chosen, count), count), axis);
    }
}
