package ai.tenon.measurement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TimingsTest {
    private static final long MILLI = 1_000_000;

    private final Timings timings =
            new Timings(
                    new long[][] {
                        {8 * MILLI, 2 * MILLI, 6 * MILLI, 4 * MILLI},
                        {4 * MILLI, 2 * MILLI, 2 * MILLI, 1 * MILLI}
                    },
                    new long[] {800, 0},
                    2);

    @Test
    void timesAreOfOneRunAndLieBetweenNeighbours() {
        assertEquals(1, timings.millis(0, 0));
        assertEquals(2.5, timings.millis(0, 50));
        assertEquals(3.7, timings.millis(0, 90), 1e-12);
        assertEquals(4, timings.millis(0, 100));
        assertEquals(100, timings.bytesPerRun(0));
    }

    @Test
    void candidatesAreComparedRoundByRound() {
        assertEquals(2.5, timings.ratio(0, 1, 50));
        assertEquals(1, timings.ratio(0, 1, 0));
        assertEquals(2, timings.difference(0, 1, 100));
    }

    @Test
    void aFewDisturbedRoundsDoNotMoveWhatIsSure() {
        long[][] nanos = new long[2][100];
        for (int round = 0; round < 100; round++) {
            nanos[0][round] = 3 * MILLI + round;
            nanos[1][round] = round % 7 == 0 ? 50 * MILLI : 2 * MILLI;
        }
        Timings measured = new Timings(nanos, new long[2], 1);
        assertTrue(measured.ratio(0, 1, 10) < 0.1);
        assertEquals(1.5, measured.ratioAtLeast(0, 1), 1e-3);
        assertTrue(measured.ratioAtLeast(1, 0) < 1);
    }

    @Test
    void nothingMeasuredIsNoNumber() {
        Timings none = new Timings(new long[2][0], new long[2], 1);
        assertEquals(0, none.rounds());
        assertTrue(Double.isNaN(none.millis(0, 50)));
        assertTrue(Double.isNaN(none.ratio(0, 1, 10)));
    }
}
