package ai.tenon.cli.internal.demo;

import java.util.Arrays;

/** Times of requests, in nanoseconds. Safe for use by several threads. */
final class Latencies {
    private long[] nanos = new long[1024];
    private int size;

    synchronized void add(long duration) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = duration;
    }

    synchronized int size() {
        return size;
    }

    /** Adds all times to others. */
    synchronized void copyTo(Latencies others) {
        for (int i = 0; i < size; i++) {
            others.add(nanos[i]);
        }
    }

    /** Forgets all times. */
    synchronized void clear() {
        size = 0;
    }

    /**
     * The time that a part of the requests, 0 to 1, does not exceed, in milliseconds; NaN if there
     * were none.
     */
    synchronized double quantileMillis(double part) {
        if (size == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        return sorted[Math.min(size - 1, (int) (part * size))] / 1e6;
    }
}
