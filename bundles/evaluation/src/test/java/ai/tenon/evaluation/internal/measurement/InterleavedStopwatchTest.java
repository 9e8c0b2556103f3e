package ai.tenon.evaluation.internal.measurement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.measurement.Stopwatch.Candidate;
import ai.tenon.measurement.Stopwatch.CandidateException;
import ai.tenon.measurement.Stopwatch.Effort;
import ai.tenon.measurement.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterleavedStopwatchTest {
    private final InterleavedStopwatch stopwatch = new InterleavedStopwatch();
    private final List<String> ran = new ArrayList<>();
    private final List<Candidate> both = List.of(() -> ran.add("a"), () -> ran.add("b"));

    @Test
    void inEveryRoundEachRunsInRandomOrder() throws Exception {
        Timings timings = stopwatch.measure(both, rounds(40, 40, 1), () -> false);
        assertEquals(40, timings.rounds());
        List<String> firsts = new ArrayList<>();
        for (int i = 0; i < ran.size(); i += 2) {
            assertEquals(2, new HashSet<>(ran.subList(i, i + 2)).size());
            firsts.add(ran.get(i));
        }
        assertTrue(firsts.contains("a") && firsts.contains("b"), firsts.toString());
    }

    @Test
    void theFewestRoundsAreMadeEvenWithoutTime() throws Exception {
        assertEquals(3, stopwatch.measure(both, rounds(3, 90, 5), () -> false).rounds());
        assertEquals(3 * 5 * 2, ran.size());
    }

    @Test
    void stoppedItKeepsTheRoundsMadeSoFar() throws Exception {
        Timings timings = stopwatch.measure(both, rounds(50, 50, 1), () -> ran.size() >= 8);
        assertEquals(4, timings.rounds());
    }

    @Test
    void aFailureSaysWhoFailed() {
        Exception cause = new Exception("out of paper");
        Candidate failing =
                () -> {
                    throw cause;
                };
        CandidateException error =
                assertThrows(
                        CandidateException.class,
                        () ->
                                stopwatch.measure(
                                        List.of(both.get(0), failing),
                                        rounds(1, 1, 1),
                                        () -> false));
        assertEquals(1, error.index());
        assertSame(cause, error.getCause());
        assertEquals("out of paper", error.getMessage());
    }

    private static Effort rounds(int fewest, int most, int batch) {
        return new Effort(fewest, most, Duration.ZERO, Duration.ZERO, batch);
    }
}
