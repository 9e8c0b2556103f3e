package ai.tenon.measurement;

import ai.tenon.backend.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Times several ways of doing the same, interleaved: in every round each runs once, in random
 * order, so that what else the device does hits all alike. An OSGi service.
 */
@ProviderType
public interface Stopwatch {
    /** Something to be timed. */
    @ConsumerType
    interface Candidate {
        /** Runs once. */
        void run() throws BackendException;
    }

    /** For how long to measure; ends with whichever comes first. */
    record Effort(int rounds, Duration time, Duration warmUp) {}

    /**
     * Warms up and measures on the caller's thread.
     *
     * @param stop asked between rounds; once true the measurement ends with the rounds made so far
     * @throws BackendException what a candidate threw
     */
    Timings measure(List<Candidate> candidates, Effort effort, BooleanSupplier stop)
            throws BackendException;
}
