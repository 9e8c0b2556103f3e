package ai.tenon.inference;

/**
 * Counters of an endpoint since it exists.
 *
 * @param succeeded calls answered
 * @param failed calls that failed in the backend
 * @param rejected calls that never reached a backend: unavailable, busy, expired while waiting,
 *     invalid
 * @param late calls that the backend finished after their deadline
 * @param computeNanos time in the backend, all answered calls
 * @param queueNanos time spent waiting for a context, all calls
 * @param lastCallMillis when the last call ended, since the epoch; 0 if there was none
 */
public record EndpointStatistics(
        long succeeded,
        long failed,
        long rejected,
        long late,
        long computeNanos,
        long queueNanos,
        long lastCallMillis) {}
