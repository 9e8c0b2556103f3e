package ai.tenon.evaluation.internal.measurement;

import ai.tenon.measurement.Stopwatch.Candidate;
import ai.tenon.measurement.Stopwatch.CandidateException;
import ai.tenon.measurement.Timings;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Runs candidates in rounds and keeps the times. */
final class Rounds {
    private static final int WINDOW = 16;
    private static final double STEADY = 0.03;

    private final List<? extends Candidate> candidates;
    private final int batch;
    private final Random random = new Random(1);
    private final ThreadMXBean threads =
            (ThreadMXBean) ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final long[] allocated;
    private final long[][] nanos;
    private int count;

    Rounds(List<? extends Candidate> candidates, int batch) {
        this.candidates = candidates;
        this.batch = batch;
        this.allocated = new long[candidates.size()];
        this.nanos = new long[candidates.size()][WINDOW];
    }

    int count() {
        return count;
    }

    /**
     * True once every candidate's best time over a window of rounds is within 3 % of that over the
     * window before.
     */
    boolean steady() {
        if (count < 2 * WINDOW || count % WINDOW != 0) {
            return false;
        }
        for (long[] times : nanos) {
            double before = best(times, count - 2 * WINDOW);
            double now = best(times, count - WINDOW);
            if (Math.abs(now - before) > STEADY * before) {
                return false;
            }
        }
        return true;
    }

    private static double best(long[] times, int from) {
        return Arrays.stream(times, from, from + WINDOW).min().orElseThrow();
    }

    /** Forgets the times taken so far: they were for warming up. */
    void forget() {
        count = 0;
        Arrays.fill(allocated, 0);
    }

    void round() throws CandidateException {
        if (count == nanos[0].length) {
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = Arrays.copyOf(nanos[i], 2 * count);
            }
        }
        for (int candidate : shuffled()) {
            time(candidate);
        }
        count++;
    }

    Timings timings() {
        long[][] times = new long[nanos.length][];
        Arrays.setAll(times, i -> Arrays.copyOf(nanos[i], count));
        return new Timings(times, allocated, batch);
    }

    private void time(int index) throws CandidateException {
        Candidate candidate = candidates.get(index);
        try {
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int i = 0; i < batch; i++) {
                candidate.run();
            }
            nanos[index][count] = System.nanoTime() - start;
            allocated[index] += threads.getCurrentThreadAllocatedBytes() - bytes;
        } catch (Exception e) {
            throw new CandidateException(index, e);
        }
    }

    private int[] shuffled() {
        int[] order = new int[candidates.size()];
        for (int i = 0; i < order.length; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
