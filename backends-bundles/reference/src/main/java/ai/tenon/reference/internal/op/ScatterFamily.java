package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import ai.tenon.reference.internal.data.Strides;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Writing at places that other tensors name. */
final class ScatterFamily implements Operators.Family {
    @Override
    public void register(Operators ops) {
        elements(ops, "ScatterElements");
        elements(ops, "Scatter");
        ops.op("ScatterND")
                .since(11)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            String reduction = reduction(call);
                            return in -> {
                                long[] shape = in[0].shape();
                                int depth = (int) in[1].dim(in[1].rank() - 1);
                                int[] starts = GatherFamily.slices(shape, in[1], 0);
                                int inner = Strides.product(shape, depth, shape.length);
                                return write(
                                        in[0],
                                        GatherFamily.blocks(starts, inner),
                                        in[2],
                                        reduction);
                            };
                        });
        ops.op("TensorScatter")
                .since(24)
                .input(2, Types.INDEXES)
                .one(
                        call -> {
                            long axis = call.integer("axis", -2);
                            boolean circular =
                                    call.oneOf("mode", "linear", "linear", "circular")
                                            .equals("circular");
                            return in -> cache(in[0], in[1], Slicing.longs(in, 2), axis, circular);
                        });
    }

    private static void elements(Operators ops, String name) {
        ops.op(name)
                .since(9)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            long axis = call.integer("axis", 0);
                            String reduction = reduction(call);
                            return in ->
                                    write(
                                            in[0],
                                            GatherFamily.alongAxis(in[0].shape(), in[1], axis),
                                            in[2],
                                            reduction);
                        });
    }

    private static String reduction(Call call) throws Unsupported {
        String reduction = call.oneOf("reduction", "none", "none", "add", "mul", "max", "min");
        if (!reduction.equals("none")
                && call.inputType(0) != null
                && !Types.NUMERIC.contains(call.inputType(0))) {
            throw new Unsupported("reduction " + reduction + " of " + call.inputType(0));
        }
        return reduction;
    }

    private static Tensor write(Tensor x, int[] at, Tensor updates, String reduction) {
        if (reduction.equals("none")) {
            return Elements.put(x, at, updates);
        }
        if (x.type().isFloat()) {
            DoubleBinaryOperator f =
                    switch (reduction) {
                        case "add" -> Double::sum;
                        case "mul" -> (a, b) -> a * b;
                        case "max" -> Math::max;
                        default -> Math::min;
                    };
            double[] values = Numbers.doubles(x);
            double[] given = Numbers.doubles(updates);
            for (int i = 0; i < at.length; i++) {
                values[at[i]] = f.applyAsDouble(values[at[i]], given[i]);
            }
            return Numbers.of(x.type(), values, x.shape());
        }
        LongBinaryOperator f =
                switch (reduction) {
                    case "add" -> Long::sum;
                    case "mul" -> (a, b) -> a * b;
                    case "max" -> Math::max;
                    default -> Math::min;
                };
        long[] values = Numbers.longs(x);
        long[] given = Numbers.longs(updates);
        for (int i = 0; i < at.length; i++) {
            values[at[i]] = f.applyAsLong(values[at[i]], given[i]);
        }
        return Numbers.of(x.type(), values, x.shape());
    }

    /** Writes new entries into a cache, for each batch from its own index on. */
    private static Tensor cache(
            Tensor past, Tensor update, long[] starts, long axis, boolean circular) {
        int at = Strides.axis(axis, past.rank());
        int[] strides = Strides.of(past.shape());
        int[] index = Strides.index(update.shape(), strides, 0);
        long[] shape = update.shape();
        long room = past.dim(at);
        for (int i = 0; i < index.length; i++) {
            int[] coordinates = Strides.coordinates(i, shape);
            long position = coordinates[at] + (starts == null ? 0 : starts[coordinates[0]]);
            if (position >= room && !circular || position < 0) {
                throw new IllegalArgumentException(
                        "position " + position + " is outside of a cache of " + room);
            }
            index[i] += (int) (position % room - coordinates[at]) * strides[at];
        }
        return Elements.put(past, index, update);
    }
}
