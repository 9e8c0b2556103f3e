package ai.tenon.bench.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.LayerProfile;
import ai.tenon.backend.LayerProfile.Layer;
import ai.tenon.bench.Layers;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.measurement.Stopwatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerRunTest {
    private static final long CACHE = 1 << 20;

    @Test
    void keepsTheShortestTimeOfEachLayer() throws Exception {
        Profiled candidate = new Profiled(new long[][] {{5, 30}, {7, 10}, {4, 20}});
        Layers layers = run(3, candidate);
        assertEquals("told[a=b]", layers.candidate());
        assertEquals(3, layers.runs());
        assertEquals(CACHE, layers.cacheBytes());
        assertEquals(Map.of("memory", 1e10), layers.peaks());
        assertEquals(List.of(4L, 10L), layers.layers().stream().map(Layer::nanos).toList());
        assertEquals("b", layers.layers().get(1).name());
    }

    @Test
    void makesAsManyRunsAsAreAskedForWhateverTimeTheyTake() throws Exception {
        assertEquals(1, run(1, new Profiled(new long[][] {{1, 1}})).runs());
        assertEquals(200, run(200, new Profiled(new long[][] {{1, 1}})).runs());
    }

    @Test
    void aCandidateThatCannotTellHasNoLayers() throws Exception {
        Layers layers = run(3, new Profiled(null));
        assertEquals(0, layers.runs());
        assertEquals(List.of(), layers.layers());
    }

    @Test
    void anInterruptionEndsItBehindTheRunInProgress() {
        Profiled candidate = new Profiled(new long[][] {{1, 1}});
        candidate.interruptAt = 3;
        assertThrows(InterruptedException.class, () -> run(1000, candidate));
        assertEquals(3, candidate.runs);
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void anInterruptionBeforeTheFirstRunIsHeeded() {
        Profiled candidate = new Profiled(new long[][] {{1, 1}});
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> run(1000, candidate));
        assertEquals(0, candidate.runs);
    }

    @Test
    void aFailureNamesTheCandidate() {
        Profiled candidate = new Profiled(new long[][] {{1, 1}});
        candidate.failAt = 2;
        ManagementException error =
                assertThrows(ManagementException.class, () -> run(5, candidate));
        assertEquals(Kind.FAILED, error.kind());
        assertEquals("told[a=b] failed: out of ink", error.getMessage());
    }

    private static Layers run(int runs, Candidate candidate) throws Exception {
        Stopwatch.Effort effort = new Stopwatch.Effort(runs, runs, Duration.ZERO, Duration.ZERO, 1);
        return new LayerRun(effort, CACHE).of(candidate);
    }

    /** Tells of two layers, in each run the next of some times. */
    private static final class Profiled implements Candidate {
        private final long[][] nanos;
        private int runs;
        private int interruptAt;
        private int failAt;

        /**
         * @param nanos of the two layers by run, from the start again at the end; null if it cannot
         *     tell
         */
        Profiled(long[][] nanos) {
            this.nanos = nanos;
        }

        @Override
        public Identity identity() {
            return new Identity("told[a=b]", "1.0.0", "this test");
        }

        @Override
        public Optional<LayerProfile> profile() throws BackendException {
            if (nanos == null) {
                return Optional.empty();
            }
            long[] now = nanos[runs % nanos.length];
            if (++runs == failAt) {
                throw new BackendException(ErrorClass.FATAL, "out of ink");
            }
            if (runs == interruptAt) {
                Thread.currentThread().interrupt();
            }
            return Optional.of(
                    new LayerProfile(
                            List.of(
                                    new Layer("a", "copy", now[0], 0, 16, "memory"),
                                    new Layer("b", "copy", now[1], 0, 16, "memory")),
                            Map.of("memory", 1e10)));
        }

        @Override
        public void run() {
            throw new AssertionError("only profiles count");
        }

        @Override
        public void close() {}
    }
}
