package ai.tenon.evaluation.internal.measurement;

import ai.tenon.measurement.Stopwatch;
import ai.tenon.measurement.Timings;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.osgi.service.component.annotations.Component;

/** Measures one after the other: two measurements at once would disturb each other. */
@Component
public final class InterleavedStopwatch implements Stopwatch {
    @Override
    public synchronized Timings measure(
            List<? extends Candidate> candidates, Effort effort, BooleanSupplier stop)
            throws CandidateException {
        Rounds rounds = new Rounds(candidates, effort.batch());
        long warm = System.nanoTime() + effort.warmUp().toNanos();
        while (!stop.getAsBoolean() && System.nanoTime() - warm < 0 && !rounds.steady()) {
            rounds.round();
        }
        rounds.forget();
        long end = System.nanoTime() + effort.time().toNanos();
        while (!stop.getAsBoolean()
                && rounds.count() < effort.most()
                && (rounds.count() < effort.fewest() || System.nanoTime() - end < 0)) {
            rounds.round();
        }
        return rounds.timings();
    }
}
