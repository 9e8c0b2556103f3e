package ai.tenon.datasets.internal;

import ai.tenon.evaluation.Metric;

/** A metric whose value is a part of 1: its drop is told in percentage points. */
public interface FractionMetric extends Metric {
    @Override
    default double drop(double before, double after) {
        return 100 * (higherIsBetter() ? before - after : after - before);
    }
}
