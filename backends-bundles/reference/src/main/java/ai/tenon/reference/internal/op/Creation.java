package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import java.util.List;

/** Tensors out of nothing. */
final class Creation implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("Constant").one(Creation::constant);
        ops.op("ConstantOfShape")
                .since(9)
                .types(Types.INDEXES)
                .one(
                        call -> {
                            Tensor value = call.tensor("value", Numbers.ofFloats(new float[1], 1));
                            return in -> {
                                long[] shape = Numbers.longs(in[0]);
                                return Elements.pick(value, new int[Tensor.elements(shape)], shape);
                            };
                        });
        ops.op("Range").since(11).types(Types.NUMERIC).one(call -> in -> range(in));
        ops.op("EyeLike")
                .since(9)
                .types(Types.NUMERIC_OR_BOOL)
                .one(
                        call -> {
                            DataType type = call.type("dtype", null);
                            long k = call.integer("k", 0);
                            return in -> eye(in[0], type == null ? in[0].type() : type, k);
                        });
        ops.op("OneHot")
                .since(9)
                .input(0, Types.NUMERIC)
                .input(1, Types.NUMERIC)
                .one(
                        call -> {
                            long axis = call.integer("axis", -1);
                            return in -> oneHot(in[0], Numbers.ints(in[1])[0], in[2], axis);
                        });
    }

    private static Kernel.OfOne constant(Call call) throws Unsupported {
        Tensor value = call.tensor("value", null);
        if (call.has("value_float")) {
            value = Numbers.ofFloats(new float[] {call.real("value_float", 0)});
        } else if (call.has("value_floats")) {
            float[] values = call.reals("value_floats");
            value = Numbers.ofFloats(values, values.length);
        } else if (call.has("value_int")) {
            value = Numbers.ofLongs(new long[] {call.integer("value_int", 0)});
        } else if (call.has("value_ints")) {
            long[] values = call.integers("value_ints");
            value = Numbers.ofLongs(values, values.length);
        } else if (call.has("value_string")) {
            value = Tensor.ofStrings(new String[] {call.text("value_string", "")});
        } else if (call.has("value_strings")) {
            List<String> values = call.texts("value_strings", List.of());
            value = Tensor.ofStrings(values.toArray(String[]::new), values.size());
        }
        if (value == null) {
            throw new Unsupported("a constant without a dense value");
        }
        Tensor result = value;
        return in -> result;
    }

    private static Tensor range(Tensor[] in) {
        double start = Numbers.doubles(in[0])[0];
        double limit = Numbers.doubles(in[1])[0];
        double delta = Numbers.doubles(in[2])[0];
        int count = Math.toIntExact((long) Math.max(0, Math.ceil((limit - start) / delta)));
        if (in[0].type().isFloat()) {
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                values[i] = start + i * delta;
            }
            return Numbers.of(in[0].type(), values, count);
        }
        long first = Numbers.longs(in[0])[0];
        long step = Numbers.longs(in[2])[0];
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = first + i * step;
        }
        return Numbers.of(in[0].type(), values, count);
    }

    private static Tensor eye(Tensor like, DataType type, long k) {
        long[] values = new long[like.size()];
        int columns = (int) like.dim(1);
        for (int row = 0; row < like.dim(0); row++) {
            long column = row + k;
            if (column >= 0 && column < columns) {
                values[row * columns + (int) column] = 1;
            }
        }
        return Numbers.of(type, values, like.shape());
    }

    private static Tensor oneHot(Tensor indices, int depth, Tensor values, long axis) {
        int rank = indices.rank() + 1;
        int at = ai.tenon.reference.internal.data.Strides.axis(axis, rank);
        long[] shape = new long[rank];
        int inner = 1;
        for (int i = 0; i < rank; i++) {
            shape[i] = i == at ? depth : indices.dim(i < at ? i : i - 1);
            inner *= i > at ? (int) shape[i] : 1;
        }
        int[] pick = new int[Tensor.elements(shape)];
        long[] hot = Numbers.longs(indices);
        for (int i = 0; i < hot.length; i++) {
            long index = hot[i] < 0 ? hot[i] + depth : hot[i];
            if (index >= 0 && index < depth) {
                pick[(i / inner * depth + (int) index) * inner + i % inner] = 1;
            }
        }
        return Elements.pick(values, pick, shape);
    }
}
