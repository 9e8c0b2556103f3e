package ai.tenon.conformance;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;

/** Decides whether a tensor is what was expected. */
final class Comparison {
    private final Tolerance tolerance;

    Comparison(Tolerance tolerance) {
        this.tolerance = tolerance;
    }

    /** What is wrong with {@code actual}; null if nothing is. */
    String difference(Tensor actual, Tensor expected) {
        if (!actual.sameTypeAndShape(expected)) {
            return "is " + actual + " where " + expected + " was expected";
        }
        if (actual.type() == DataType.STRING) {
            int at = Arrays.mismatch(actual.strings(), expected.strings());
            return at < 0 ? null : different(at, actual.strings()[at], expected.strings()[at]);
        }
        if (actual.type() == DataType.COMPLEX64 || actual.type() == DataType.COMPLEX128) {
            return difference(parts(actual), parts(expected));
        }
        if (!actual.type().isFloat()) {
            long[] a = Numbers.longs(actual);
            long[] e = Numbers.longs(expected);
            int at = Arrays.mismatch(a, e);
            return at < 0 ? null : different(at, a[at], e[at]);
        }
        double[] a = Numbers.doubles(actual);
        double[] e = Numbers.doubles(expected);
        for (int i = 0; i < a.length; i++) {
            if (!tolerance.accepts(a[i], e[i])) {
                return different(i, a[i], e[i]);
            }
        }
        return null;
    }

    /** Real and imaginary parts as elements of their own. */
    private static Tensor parts(Tensor complex) {
        DataType part = complex.type() == DataType.COMPLEX64 ? DataType.FLOAT : DataType.DOUBLE;
        return Tensor.of(part, new long[] {2L * complex.size()}, complex.buffer().duplicate());
    }

    private static String different(int at, Object actual, Object expected) {
        return "element " + at + " is " + actual + " where " + expected + " was expected";
    }
}
