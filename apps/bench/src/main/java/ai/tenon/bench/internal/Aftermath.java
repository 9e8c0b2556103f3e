package ai.tenon.bench.internal;

import ai.tenon.measurement.Stopwatch;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Finds out whether a candidate's threads go on working behind its runs, as threads do that wait
 * for the next run by asking again and again: they take the cores from what runs next. It is asked
 * apart from all times that are measured.
 */
final class Aftermath {
    private static final int PAUSE_MILLIS = 20;

    /** The clock of a process may tick only every 10 ms, so one pause is too short to tell. */
    private static final int PAUSES = 5;

    private static final long LONGEST_NANOS = 1_000_000_000;
    private static final int MOST_WAITS = 25;
    private static final double QUIET = 0.5;

    private final Time time;

    Aftermath(Time time) {
        this.time = time;
    }

    /**
     * Lets a candidate run some times, each followed by a pause. First it waits, up to half a
     * second, until what ran before has come to rest.
     *
     * @return cores that this process kept busy in the pauses, the mean; 0 if the system cannot
     *     tell
     * @throws Exception what the candidate throws, and {@link InterruptedException}
     */
    double busyCores(Stopwatch.Candidate candidate) throws Exception {
        if (time.cpuNanos() < 0) {
            return 0;
        }
        awaitRest();
        Usage behind = new Usage();
        long end = time.nanos() + LONGEST_NANOS;
        for (int i = 0; i < PAUSES && (i == 0 || time.nanos() - end < 0); i++) {
            candidate.run();
            behind.pause();
        }
        return behind.cores();
    }

    private void awaitRest() throws InterruptedException {
        for (int i = 0; i < MOST_WAITS; i++) {
            Usage before = new Usage();
            before.pause();
            if (before.cores() <= QUIET) {
                return;
            }
        }
    }

    private final class Usage {
        private long wall;
        private long cpu;

        void pause() throws InterruptedException {
            long wallBefore = time.nanos();
            long cpuBefore = time.cpuNanos();
            time.sleep(PAUSE_MILLIS);
            cpu += time.cpuNanos() - cpuBefore;
            wall += time.nanos() - wallBefore;
        }

        double cores() {
            return (double) cpu / wall;
        }
    }

    /** Clocks of this process; tests have their own. */
    static class Time {
        private final OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        long nanos() {
            return System.nanoTime();
        }

        /** Of all threads of this process together; negative if the system cannot tell. */
        long cpuNanos() {
            return system.getProcessCpuTime();
        }

        void sleep(long millis) throws InterruptedException {
            Thread.sleep(millis);
        }
    }
}
