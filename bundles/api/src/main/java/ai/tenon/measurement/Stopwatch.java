package ai.tenon.measurement;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Times several ways of doing the same, interleaved: in every round each runs, in random order, so
 * that what else the device does hits all alike. An OSGi service.
 */
@ProviderType
public interface Stopwatch {
    /** Something to be timed. */
    @ConsumerType
    interface Candidate {
        /** Runs once. */
        void run() throws Exception;
    }

    /**
     * For how long to measure.
     *
     * @param fewest rounds that are made whatever time they take
     * @param most rounds that are made even if there is time left
     * @param time for the rounds
     * @param warmUp the most that warming up may take; it ends earlier once the times are steady
     * @param batch how often a candidate runs for one time that is taken: more than once where a
     *     run is shorter than the clock can tell
     */
    record Effort(int fewest, int most, Duration time, Duration warmUp, int batch) {
        public Effort {
            if (fewest < 1 || most < fewest || batch < 1) {
                throw new IllegalArgumentException(
                        "at least one round of one run: " + fewest + ", " + most + ", " + batch);
            }
        }
    }

    /** A candidate failed, and the measurement with it. */
    final class CandidateException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int index;

        /**
         * @param index position of the candidate
         * @param cause what it threw
         */
        public CandidateException(int index, Exception cause) {
            super(cause.getMessage(), cause);
            this.index = index;
        }

        /** Position of the candidate that failed. */
        public int index() {
            return index;
        }
    }

    /**
     * Warms up and measures on the caller's thread.
     *
     * @param stop asked between rounds; once true the measurement ends with the rounds made so far,
     *     of which there may be none
     * @throws CandidateException if a candidate failed; it says which
     */
    Timings measure(List<? extends Candidate> candidates, Effort effort, BooleanSupplier stop)
            throws CandidateException;
}
