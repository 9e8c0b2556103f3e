package ai.tenon.bench.internal;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/** Order statistics of a set of numbers. */
final class Statistics {
    private final double[] sorted;

    Statistics(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    /** Of what {@code combine} makes of each pair of values. */
    static Statistics ofPairs(double[] a, double[] b, DoubleBinaryOperator combine) {
        double[] combined = new double[a.length];
        Arrays.setAll(combined, i -> combine.applyAsDouble(a[i], b[i]));
        return new Statistics(combined);
    }

    double min() {
        return sorted[0];
    }

    double median() {
        return quantile(0.5);
    }

    /** The value below which that part of all values lies, interpolated between neighbours. */
    double quantile(double part) {
        double position = part * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
