package ai.tenon.bench.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.inference.InferenceException;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Runs candidates in rounds: in each round every one of them once, in random order, so that what
 * disturbs the machine disturbs all alike.
 */
final class Rounds {
    private static final int MOST = 1_000_000;
    private static final int WINDOW = 16;
    private static final double STABLE = 0.03;

    private final List<Candidate> candidates;
    private final int batch;
    private final Random random = new Random(1);
    private final ThreadMXBean threads =
            (ThreadMXBean) ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final long[] allocated;
    private long[][] nanos;
    private int count;

    /**
     * @param batch how often a candidate runs for one time that is taken
     */
    Rounds(List<Candidate> candidates, int batch) {
        this.candidates = candidates;
        this.batch = batch;
        this.allocated = new long[candidates.size()];
        this.nanos = new long[candidates.size()][WINDOW];
    }

    /**
     * Warms up: until every candidate's best time over a window of rounds is within 3 % of the
     * window before, or the time is over; then forgets the times.
     *
     * @param limitNanos the most that it may take
     */
    void warmUp(long limitNanos) throws ManagementException, InterruptedException {
        long end = System.nanoTime() + limitNanos;
        while (System.nanoTime() - end < 0
                && !(count >= 2 * WINDOW && count % WINDOW == 0 && stable())) {
            round();
        }
        count = 0;
        Arrays.fill(allocated, 0);
    }

    /** Runs rounds while {@code wanted}. */
    void measure(BooleanSupplier wanted) throws ManagementException, InterruptedException {
        while (count < MOST && wanted.getAsBoolean()) {
            round();
        }
    }

    int count() {
        return count;
    }

    /** Nanoseconds per run of a candidate, by round. */
    double[] nanos(int candidate) {
        return Arrays.stream(nanos[candidate], 0, count)
                .mapToDouble(n -> (double) n / batch)
                .toArray();
    }

    /** Bytes that this thread allocated per run of a candidate. */
    double bytes(int candidate) {
        return (double) allocated[candidate] / count / batch;
    }

    private boolean stable() {
        for (long[] times : nanos) {
            double before =
                    Arrays.stream(times, count - 2 * WINDOW, count - WINDOW).min().orElseThrow();
            double now = Arrays.stream(times, count - WINDOW, count).min().orElseThrow();
            if (Math.abs(now - before) > STABLE * before) {
                return false;
            }
        }
        return true;
    }

    private void round() throws ManagementException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (count == nanos[0].length) {
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = Arrays.copyOf(nanos[i], 2 * count);
            }
        }
        int[] order = shuffled();
        for (int candidate : order) {
            time(candidate);
        }
        count++;
    }

    private void time(int index) throws ManagementException {
        Candidate candidate = candidates.get(index);
        try {
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int i = 0; i < batch; i++) {
                candidate.run();
            }
            nanos[index][count] = System.nanoTime() - start;
            allocated[index] += threads.getCurrentThreadAllocatedBytes() - bytes;
        } catch (BackendException | InferenceException e) {
            throw new ManagementException(
                    Kind.FAILED, candidate.name() + " failed: " + e.getMessage(), e);
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
