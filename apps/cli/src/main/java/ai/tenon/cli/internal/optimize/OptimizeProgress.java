package ai.tenon.cli.internal.optimize;

import ai.tenon.cli.internal.terminal.Format;
import ai.tenon.cli.internal.terminal.Progress;
import ai.tenon.optimizer.OptimizeMonitor;
import java.time.Duration;

/** Shows what is tried, the best so far and the time left, and says when it is enough. */
public final class OptimizeProgress implements OptimizeMonitor {
    private final Progress progress;
    private volatile boolean stopped;

    public OptimizeProgress(Progress progress) {
        this.progress = progress;
    }

    @Override
    public void progress(String step, double done, String best, Duration left) {
        if (stopped) {
            return;
        }
        String time = left == null ? "" : Format.left(left) + " left  ";
        String soFar = best.isEmpty() ? "" : "  best so far: " + best;
        progress.bar(time + step + soFar, step, done);
    }

    /** The best so far is wanted. */
    public void stop() {
        stopped = true;
        progress.step("stopping; the best so far is kept");
    }

    @Override
    public boolean stopped() {
        return stopped;
    }
}
