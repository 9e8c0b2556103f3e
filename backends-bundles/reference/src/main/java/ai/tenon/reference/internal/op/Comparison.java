package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Elements;
import ai.tenon.reference.internal.data.Strides;

/** Comparisons, and choosing by them. */
final class Comparison implements Operators.Family {
    @Override
    public void register(Operators ops) {
        compare(ops, "Less", 7, (a, b) -> a < b, (a, b) -> a < b);
        compare(ops, "Greater", 7, (a, b) -> a > b, (a, b) -> a > b);
        compare(ops, "LessOrEqual", 12, (a, b) -> a <= b, (a, b) -> a <= b);
        compare(ops, "GreaterOrEqual", 12, (a, b) -> a >= b, (a, b) -> a >= b);
        ops.op("Equal")
                .since(7)
                .types(Types.union(Types.NUMERIC_OR_BOOL, Types.STRING))
                .one(call -> in -> equal(in[0], in[1]));
        ops.op("Where")
                .since(9)
                .input(0, Types.BOOL)
                .one(call -> in -> choose(in[0], in[1], in[2]));
        ops.op("IsNaN")
                .since(9)
                .types(Types.NUMBERS)
                .one(call -> in -> where(in[0], Double::isNaN));
        ops.op("IsInf")
                .since(10)
                .types(Types.NUMBERS)
                .one(
                        call -> {
                            boolean negative = call.flag("detect_negative", true);
                            boolean positive = call.flag("detect_positive", true);
                            return in ->
                                    where(
                                            in[0],
                                            x ->
                                                    Double.isInfinite(x)
                                                            && (x < 0 ? negative : positive));
                        });
    }

    private static void compare(
            Operators ops,
            String name,
            long since,
            Elementwise.DoubleCondition f,
            Elementwise.LongCondition g) {
        ops.op(name)
                .since(since)
                .types(Types.NUMERIC)
                .one(
                        call ->
                                in ->
                                        in[0].type().isFloat()
                                                ? Elementwise.test(in[0], in[1], f)
                                                : in[0].type() == DataType.UINT64
                                                        ? Elementwise.testLongs(
                                                                in[0],
                                                                in[1],
                                                                (a, b) ->
                                                                        g.test(
                                                                                a ^ Long.MIN_VALUE,
                                                                                b ^ Long.MIN_VALUE))
                                                        : Elementwise.testLongs(in[0], in[1], g));
    }

    private static Tensor equal(Tensor a, Tensor b) {
        if (a.type() == DataType.STRING) {
            long[] shape = Elementwise.shape(a, b);
            int[] ia = Strides.broadcastIndex(a.shape(), shape);
            int[] ib = Strides.broadcastIndex(b.shape(), shape);
            boolean[] result = new boolean[ia.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = a.strings()[ia[i]].equals(b.strings()[ib[i]]);
            }
            return Numbers.ofBooleans(result, shape);
        }
        return a.type().isFloat()
                ? Elementwise.test(a, b, (x, y) -> x == y)
                : Elementwise.testLongs(a, b, (x, y) -> x == y);
    }

    private static Tensor choose(Tensor condition, Tensor yes, Tensor no) {
        long[] shape = Strides.broadcast(condition.shape(), yes.shape(), no.shape());
        int[] ic = Strides.broadcastIndex(condition.shape(), shape);
        int[] iy = Strides.broadcastIndex(yes.shape(), shape);
        Tensor result = Elements.pick(no, Strides.broadcastIndex(no.shape(), shape), shape);
        int count = 0;
        int[] at = new int[ic.length];
        int[] from = new int[ic.length];
        for (int i = 0; i < ic.length; i++) {
            if (condition.buffer().get(ic[i]) != 0) {
                at[count] = i;
                from[count++] = iy[i];
            }
        }
        at = java.util.Arrays.copyOf(at, count);
        from = java.util.Arrays.copyOf(from, count);
        return Elements.put(result, at, Elements.pick(yes, from, count));
    }

    private static Tensor where(Tensor x, java.util.function.DoublePredicate test) {
        double[] values = Numbers.doubles(x);
        boolean[] result = new boolean[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = test.test(values[i]);
        }
        return Numbers.ofBooleans(result, x.shape());
    }
}
