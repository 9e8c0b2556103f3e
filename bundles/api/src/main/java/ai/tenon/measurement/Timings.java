package ai.tenon.measurement;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Times of candidates that ran interleaved. Percentiles are from 0 to 100, interpolated between
 * neighbours, and NaN if there was no round.
 *
 * @see Stopwatch
 */
public final class Timings {
    private static final double NANOS_PER_MILLI = 1e6;

    private static final double HALF = 50;

    /** Standard deviations around the mean of a normal distribution that hold 95 % of it. */
    private static final double Z95 = 1.96;

    private final long[][] nanos;
    private final long[] bytes;
    private final int batch;

    /**
     * @param nanos of a batch, by candidate and round
     * @param bytes that the measuring thread allocated on the heap in all rounds, by candidate
     * @param batch how often a candidate ran in each round
     */
    public Timings(long[][] nanos, long[] bytes, int batch) {
        this.nanos = nanos.clone();
        this.bytes = bytes.clone();
        this.batch = batch;
    }

    public int rounds() {
        return nanos.length == 0 ? 0 : nanos[0].length;
    }

    /** Time of a run in milliseconds, at a percentile; 0 is the fastest. */
    public double millis(int candidate, double percentile) {
        return percentile(percentile, round -> perRun(nanos[candidate][round]));
    }

    /** The time of {@code of} over that of {@code over} within a round, at a percentile. */
    public double ratio(int of, int over, double percentile) {
        return percentile(
                percentile, round -> (double) nanos[of][round] / Math.max(1, nanos[over][round]));
    }

    /** Milliseconds that a run of {@code of} took longer than one of {@code than}, likewise. */
    public double difference(int of, int than, double percentile) {
        return percentile(
                percentile, round -> perRun(nanos[of][round]) - perRun(nanos[than][round]));
    }

    /**
     * What the median of that ratio surely is at least: the lower end of its 95 % confidence
     * interval, by order statistics, whatever the distribution (the sign test turned round; W. J.
     * Conover, Practical Nonparametric Statistics, 3.2). Rounds that something else disturbed
     * hardly move it.
     */
    public double ratioAtLeast(int of, int over) {
        return ratio(of, over, Math.max(0, HALF - Z95 * HALF / Math.sqrt(rounds())));
    }

    /** Bytes that one run allocated on the heap, the mean of all rounds. */
    public double bytesPerRun(int candidate) {
        return (double) bytes[candidate] / rounds() / batch;
    }

    private double perRun(long batchNanos) {
        return batchNanos / NANOS_PER_MILLI / batch;
    }

    private double percentile(double percentile, IntToDoubleFunction ofRound) {
        double[] sorted = new double[rounds()];
        Arrays.setAll(sorted, ofRound);
        Arrays.sort(sorted);
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double position = percentile / 100 * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
