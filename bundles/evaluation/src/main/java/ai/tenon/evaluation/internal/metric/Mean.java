package ai.tenon.evaluation.internal.metric;

/** A mean in the making. */
final class Mean {
    private double sum;
    private long count;

    void add(double value) {
        sum += value;
        count++;
    }

    /** NaN if there was nothing. */
    double value() {
        return sum / count;
    }
}
