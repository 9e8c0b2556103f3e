package ai.tenon.evaluation.internal.optimize;

import ai.tenon.measurement.Stopwatch;
import ai.tenon.measurement.Timings;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * A stopwatch that says what its script says: that the second candidate takes this many times the
 * time of the first. Every candidate runs once.
 */
final class ScriptedStopwatch implements Stopwatch {
    private final AtomicReference<Double> slower;

    ScriptedStopwatch(AtomicReference<Double> slower) {
        this.slower = slower;
    }

    static ScriptedStopwatch saying(double slower) {
        return new ScriptedStopwatch(new AtomicReference<>(slower));
    }

    @Override
    public Timings measure(
            List<? extends Candidate> candidates, Effort effort, BooleanSupplier stop)
            throws CandidateException {
        long[][] nanos = new long[candidates.size()][stop.getAsBoolean() ? 0 : 3];
        for (int i = 0; i < candidates.size(); i++) {
            try {
                candidates.get(i).run();
            } catch (Exception e) {
                throw new CandidateException(i, e);
            }
            java.util.Arrays.fill(nanos[i], (long) (1e6 * (i == 0 ? 1 : slower.get())));
        }
        return new Timings(nanos, new long[candidates.size()], 1);
    }
}
