package ai.tenon.evaluation.internal.optimize;

import ai.tenon.optimizer.OptimizeMonitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Listens, and stops once a step says so. */
final class Watching implements OptimizeMonitor {
    final List<String> steps = new ArrayList<>();
    final List<Double> done = new ArrayList<>();
    private final Predicate<String> stop;
    private boolean stopped;

    Watching() {
        this(step -> false);
    }

    Watching(Predicate<String> stop) {
        this.stop = stop;
    }

    @Override
    public void progress(String step, double part, String best, Duration left) {
        steps.add(step + "|" + best);
        done.add(part);
        stopped |= stop.test(step);
    }

    @Override
    public boolean stopped() {
        return stopped;
    }
}
