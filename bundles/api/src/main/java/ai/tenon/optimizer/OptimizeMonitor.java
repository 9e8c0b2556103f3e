package ai.tenon.optimizer;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/** How an optimisation tells its progress and learns that it should come to an end. */
@ConsumerType
public interface OptimizeMonitor {
    /**
     * Says what is being done.
     *
     * @param step in words
     * @param done part of the whole, 0 to 1
     * @param best what is the best so far, in words; empty if there is none yet
     * @param left estimate of the time left; null if unknown
     */
    void progress(String step, double done, String best, Duration left);

    /** True once the best so far is wanted at once. */
    boolean stopped();
}
