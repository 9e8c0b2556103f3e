package ai.tenon.bench;

/**
 * What an endpoint adds to its backend's executable. Times are nanoseconds per call, medians over
 * batches; bytes are those that the calling thread allocated per call.
 *
 * @param backend {@code name@version}
 * @param callsPerBatch timed together, since one call is shorter than the clock can tell
 * @param differenceNanos median of the differences within a round of one batch each
 * @param lowNanos tenth percentile of the differences
 * @param highNanos ninetieth percentile of the differences
 */
public record Overhead(
        String backend,
        int rounds,
        int callsPerBatch,
        double executableNanos,
        double endpointNanos,
        double differenceNanos,
        double lowNanos,
        double highNanos,
        double executableBytes,
        double endpointBytes,
        double differenceBytes) {}
