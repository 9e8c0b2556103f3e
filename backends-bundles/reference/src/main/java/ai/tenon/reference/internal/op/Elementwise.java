package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Walks over tensors element by element, with broadcasting where there are two. */
public final class Elementwise {
    private Elementwise() {}

    /** A condition on two numbers. */
    @FunctionalInterface
    interface DoubleCondition {
        boolean test(double a, double b);
    }

    /** A condition on two integers. */
    @FunctionalInterface
    interface LongCondition {
        boolean test(long a, long b);
    }

    public static Tensor map(Tensor x, DoubleUnaryOperator f) {
        return map(x, x.type(), f);
    }

    public static Tensor map(Tensor x, DataType type, DoubleUnaryOperator f) {
        double[] values = Numbers.doubles(x);
        for (int i = 0; i < values.length; i++) {
            values[i] = f.applyAsDouble(values[i]);
        }
        return Numbers.of(type, values, x.shape());
    }

    static Tensor mapLongs(Tensor x, LongUnaryOperator f) {
        long[] values = Numbers.longs(x);
        for (int i = 0; i < values.length; i++) {
            values[i] = f.applyAsLong(values[i]);
        }
        return Numbers.of(x.type(), values, x.shape());
    }

    public static Tensor combine(Tensor a, Tensor b, DoubleBinaryOperator f) {
        return combine(a, b, a.type(), f);
    }

    public static Tensor combine(Tensor a, Tensor b, DataType type, DoubleBinaryOperator f) {
        double[] x = Numbers.doubles(a);
        double[] y = Numbers.doubles(b);
        long[] shape = shape(a, b);
        double[] result = new double[Tensor.elements(shape)];
        int[] ix = index(a, shape);
        int[] iy = index(b, shape);
        for (int i = 0; i < result.length; i++) {
            result[i] = f.applyAsDouble(x[ix == null ? i : ix[i]], y[iy == null ? i : iy[i]]);
        }
        return Numbers.of(type, result, shape);
    }

    static Tensor combineLongs(Tensor a, Tensor b, LongBinaryOperator f) {
        long[] x = Numbers.longs(a);
        long[] y = Numbers.longs(b);
        long[] shape = shape(a, b);
        long[] result = new long[Tensor.elements(shape)];
        int[] ix = index(a, shape);
        int[] iy = index(b, shape);
        for (int i = 0; i < result.length; i++) {
            result[i] = f.applyAsLong(x[ix == null ? i : ix[i]], y[iy == null ? i : iy[i]]);
        }
        return Numbers.of(a.type(), result, shape);
    }

    static Tensor test(Tensor a, Tensor b, DoubleCondition f) {
        double[] x = Numbers.doubles(a);
        double[] y = Numbers.doubles(b);
        long[] shape = shape(a, b);
        boolean[] result = new boolean[Tensor.elements(shape)];
        int[] ix = index(a, shape);
        int[] iy = index(b, shape);
        for (int i = 0; i < result.length; i++) {
            result[i] = f.test(x[ix == null ? i : ix[i]], y[iy == null ? i : iy[i]]);
        }
        return Numbers.ofBooleans(result, shape);
    }

    static Tensor testLongs(Tensor a, Tensor b, LongCondition f) {
        long[] x = Numbers.longs(a);
        long[] y = Numbers.longs(b);
        long[] shape = shape(a, b);
        boolean[] result = new boolean[Tensor.elements(shape)];
        int[] ix = index(a, shape);
        int[] iy = index(b, shape);
        for (int i = 0; i < result.length; i++) {
            result[i] = f.test(x[ix == null ? i : ix[i]], y[iy == null ? i : iy[i]]);
        }
        return Numbers.ofBooleans(result, shape);
    }

    static long[] shape(Tensor a, Tensor b) {
        return Strides.broadcast(a.shape(), b.shape());
    }

    /** Positions in {@code x} for each element of {@code shape}; null where they are the same. */
    static int[] index(Tensor x, long[] shape) {
        return Arrays.equals(x.shape(), shape) ? null : Strides.broadcastIndex(x.shape(), shape);
    }
}
