package ai.tenon.measurement;

import java.util.Arrays;

/**
 * Times of candidates that ran interleaved.
 *
 * @see Stopwatch
 */
public final class Timings {
    private final long[][] nanos;
    private final long[] bytes;

    /**
     * @param nanos by candidate and round
     * @param bytes that the measuring thread allocated on the heap in all rounds, by candidate
     */
    public Timings(long[][] nanos, long[] bytes) {
        this.nanos = nanos.clone();
        this.bytes = bytes.clone();
    }

    public int rounds() {
        return nanos.length == 0 ? 0 : nanos[0].length;
    }

    /** Time of a run in milliseconds, at a percentile from 0 to 100; 0 is the fastest run. */
    public double millis(int candidate, double percentile) {
        double[] times = new double[rounds()];
        for (int round = 0; round < times.length; round++) {
            times[round] = nanos[candidate][round] / 1e6;
        }
        return percentile(times, percentile);
    }

    /**
     * The time of {@code of} over that of {@code over} within a round, at a percentile over all
     * rounds.
     */
    public double ratio(int of, int over, double percentile) {
        double[] ratios = new double[rounds()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = (double) nanos[of][round] / nanos[over][round];
        }
        return percentile(ratios, percentile);
    }

    /** Bytes that one run allocated on the heap, the mean of all rounds. */
    public long bytesPerRun(int candidate) {
        return bytes[candidate] / Math.max(1, rounds());
    }

    private static double percentile(double[] values, double percentile) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        int index = (int) Math.round(percentile / 100 * (values.length - 1));
        return values[index];
    }
}
