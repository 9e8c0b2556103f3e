package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Arithmetic of two or more tensors, broadcast as NumPy does. */
final class Arithmetic implements Operators.Family {
    @Override
    public void register(Operators ops) {
        binary(ops, "Add", Double::sum, Long::sum);
        binary(ops, "Sub", (a, b) -> a - b, (a, b) -> a - b);
        binary(ops, "Mul", (a, b) -> a * b, (a, b) -> a * b);
        ops.op("Div").since(7).types(Types.NUMERIC).one(call -> in -> divide(in[0], in[1]));
        ops.op("Pow").since(7).types(Types.NUMERIC).one(call -> in -> power(in[0], in[1]));
        ops.op("Mod")
                .since(10)
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            boolean fmod = call.flag("fmod", false);
                            return in -> modulo(in[0], in[1], fmod);
                        });
        ops.op("PRelu")
                .since(7)
                .types(Types.NUMERIC)
                .one(call -> in -> Elementwise.combine(in[0], in[1], (x, s) -> x < 0 ? x * s : x));
        variadic(ops, "Sum", Double::sum, Long::sum);
        variadic(ops, "Max", Math::max, Math::max);
        variadic(ops, "Min", Math::min, Math::min);
        ops.op("Mean")
                .since(8)
                .types(Types.FLOATS)
                .one(
                        call ->
                                in -> {
                                    Tensor sum = in[0];
                                    for (int i = 1; i < in.length; i++) {
                                        sum = Elementwise.combine(sum, in[i], Double::sum);
                                    }
                                    double count = in.length;
                                    return Elementwise.map(sum, x -> x / count);
                                });
        ops.op("BitShift")
                .since(11)
                .types(Types.INTEGERS)
                .one(
                        call -> {
                            boolean left =
                                    call.oneOf("direction", "", "LEFT", "RIGHT").equals("LEFT");
                            return in -> shift(in[0], in[1], left);
                        });
    }

    private static void binary(
            Operators ops, String name, DoubleBinaryOperator f, LongBinaryOperator g) {
        ops.op(name).since(7).types(Types.NUMERIC).one(call -> in -> apply(in[0], in[1], f, g));
        ops.op(name)
                .until(6)
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            boolean broadcast = call.flag("broadcast", false);
                            long axis = call.integer("axis", -1);
                            call.ignore("consumed_inputs");
                            return in ->
                                    apply(
                                            in[0],
                                            broadcast ? aligned(in[1], in[0].rank(), axis) : in[1],
                                            f,
                                            g);
                        });
    }

    /** Before version 7: {@code b} is aligned to start at an axis of {@code a}. */
    static Tensor aligned(Tensor b, int rank, long axis) {
        if (axis < 0) {
            return b;
        }
        long[] shape = new long[rank - (int) axis];
        java.util.Arrays.fill(shape, 1);
        System.arraycopy(b.shape(), 0, shape, 0, b.rank());
        return b.reshaped(shape);
    }

    private static void variadic(
            Operators ops, String name, DoubleBinaryOperator f, LongBinaryOperator g) {
        ops.op(name)
                .since(6)
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            LongBinaryOperator exact =
                                    call.inputType(0) == DataType.UINT64 && !name.equals("Sum")
                                            ? (a, b) ->
                                                    (Long.compareUnsigned(a, b) > 0)
                                                                    == name.equals("Max")
                                                            ? a
                                                            : b
                                            : g;
                            return in -> {
                                Tensor result = in[0];
                                for (int i = 1; i < in.length; i++) {
                                    result = apply(result, in[i], f, exact);
                                }
                                return result;
                            };
                        });
    }

    private static Tensor apply(Tensor a, Tensor b, DoubleBinaryOperator f, LongBinaryOperator g) {
        return a.type().isFloat()
                ? Elementwise.combine(a, b, f)
                : Elementwise.combineLongs(a, b, g);
    }

    private static Tensor divide(Tensor a, Tensor b) {
        if (a.type().isFloat()) {
            return Elementwise.combine(a, b, (x, y) -> x / y);
        }
        LongBinaryOperator divide =
                a.type() == DataType.UINT64 ? Long::divideUnsigned : (x, y) -> x / y;
        return Elementwise.combineLongs(a, b, divide);
    }

    private static Tensor power(Tensor a, Tensor b) {
        if (!a.type().isFloat() && !b.type().isFloat()) {
            Tensor exponent = Numbers.of(a.type(), Numbers.longs(b), b.shape());
            return Elementwise.combineLongs(a, exponent, Arithmetic::power);
        }
        return Elementwise.combine(a, b, a.type(), Math::pow);
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            return (long) Math.pow(base, exponent);
        }
        long result = 1;
        for (long square = base, rest = exponent; rest > 0; rest >>= 1, square *= square) {
            if ((rest & 1) != 0) {
                result *= square;
            }
        }
        return result;
    }

    private static Tensor modulo(Tensor a, Tensor b, boolean fmod) {
        if (a.type().isFloat()) {
            return fmod
                    ? Elementwise.combine(a, b, (x, y) -> x % y)
                    : Elementwise.combine(a, b, (x, y) -> x - y * Math.floor(x / y));
        }
        LongBinaryOperator modulo =
                a.type() == DataType.UINT64
                        ? Long::remainderUnsigned
                        : fmod ? (x, y) -> x % y : Math::floorMod;
        return Elementwise.combineLongs(a, b, modulo);
    }

    private static Tensor shift(Tensor a, Tensor b, boolean left) {
        int bits = a.type().bits();
        return Elementwise.combineLongs(
                a, b, (x, n) -> Long.compareUnsigned(n, bits) >= 0 ? 0 : left ? x << n : x >>> n);
    }
}
