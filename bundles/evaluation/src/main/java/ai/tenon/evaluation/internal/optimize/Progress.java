package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.optimizer.OptimizeMonitor;
import java.time.Duration;

/** What is told to whoever waits, and asked of them. */
final class Progress {
    private final OptimizeMonitor monitor;
    private String step = "";
    private String best = "";
    private Duration left;
    private double from;
    private double to;
    private double shown;

    Progress(OptimizeMonitor monitor) {
        this.monitor = monitor;
    }

    /** Begins a step that is a part of the whole, from 0 to 1. */
    void begin(String words, double partFrom, double partTo) {
        step = words;
        from = partFrom;
        to = partTo;
        say(words, 0);
    }

    /** Does so many of all parts of the step. */
    void part(String words, int done, int all) {
        say(step + ": " + words, (double) done / all);
    }

    /** From now on this is the best, and so much time is left. */
    void best(String words, Duration timeLeft) {
        best = words;
        left = timeLeft;
    }

    boolean stopped() {
        return monitor.stopped();
    }

    /**
     * @throws BackendException of class CANCELLED once the best so far is wanted
     */
    void check() throws BackendException {
        asMonitor().check();
    }

    /** For those who do a part of the step. */
    CompileMonitor asMonitor() {
        return new CompileMonitor(
                (words, done) -> say(words.startsWith(step) ? words : step + ": " + words, done),
                monitor::stopped);
    }

    /** Never goes back, even where those who do the parts begin anew. */
    private void say(String words, double done) {
        shown = Math.max(shown, from + (to - from) * Math.max(0, Math.min(1, done)));
        monitor.progress(words, shown, best, left);
    }
}
