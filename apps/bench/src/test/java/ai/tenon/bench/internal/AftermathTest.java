package ai.tenon.bench.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AftermathTest {
    private static final long MILLI = 1_000_000;

    private final Machine machine = new Machine();
    private final Aftermath aftermath = new Aftermath(machine);
    private int runs;

    @Test
    void threadsThatSleepCostNothing() throws Exception {
        assertEquals(0, aftermath.busyCores(() -> run(500, 0)));
        assertTrue(runs > 1);
    }

    @Test
    void onlyThePausesCountNotTheRuns() throws Exception {
        assertEquals(1.5, aftermath.busyCores(() -> run(40, 1.5)), 1e-9);
    }

    @Test
    void whatRanBeforeMayFirstComeToRest() throws Exception {
        machine.busyCores = 2;
        machine.restNanos = 300 * MILLI;
        assertEquals(0, aftermath.busyCores(() -> run(1, 0)));
    }

    @Test
    void waitsForRestNoLongerThanHalfASecond() throws Exception {
        machine.busyCores = 1;
        machine.restNanos = Long.MAX_VALUE;
        assertEquals(1, aftermath.busyCores(() -> runs++), 1e-9);
        assertTrue(machine.now < 1000 * MILLI);
    }

    @Test
    void slowCandidatesRunOnceOnly() throws Exception {
        aftermath.busyCores(() -> run(2000, 0));
        assertEquals(1, runs);
    }

    @Test
    void aSystemThatDoesNotTellLeavesItUnknown() throws Exception {
        machine.tells = false;
        assertEquals(0, aftermath.busyCores(() -> run(1, 1)));
        assertEquals(0, runs);
    }

    /** A run on one core, and threads that go on behind it for good. */
    private void run(long millis, double busyCores) {
        runs++;
        machine.busyCores = 1;
        machine.restNanos = Long.MAX_VALUE;
        machine.sleep(millis);
        machine.busyCores = busyCores;
    }

    /** Time goes by only while someone sleeps. */
    private static final class Machine extends Aftermath.Time {
        private long now;
        private long cpu;
        private double busyCores;
        private long restNanos;
        private boolean tells = true;

        @Override
        long nanos() {
            return now;
        }

        @Override
        long cpuNanos() {
            return tells ? cpu : -1;
        }

        @Override
        void sleep(long millis) {
            now += millis * MILLI;
            cpu += Math.round(now <= restNanos ? millis * MILLI * busyCores : 0);
        }
    }
}
