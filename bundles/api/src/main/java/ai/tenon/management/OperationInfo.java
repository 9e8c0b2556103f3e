package ai.tenon.management;

import java.util.List;

/**
 * A change, as people see it.
 *
 * @param kind and {@code subject} of the request
 * @param steps what was done, in order
 * @param generation that it made; 0 if it made none
 * @param message what came out, a sentence; for a failed one what went wrong and the way out
 * @param problem null unless it failed
 */
public record OperationInfo(
        String id,
        String kind,
        String subject,
        String actor,
        State state,
        List<Step> steps,
        long generation,
        String message,
        ManagementException.Kind problem,
        long startedMillis,
        long millis) {
    /** Where a change stands. */
    public enum State {
        WAITING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED,
        /** It goes on after a restart. */
        RESTARTING
    }

    /**
     * Something done on the way.
     *
     * @param name as in {@code verify}, {@code install}, {@code prepare}, {@code commit}, {@code
     *     switch}, {@code retire}
     * @param detail what came out, for people
     */
    public record Step(String name, String detail, long millis) {}

    public OperationInfo {
        steps = List.copyOf(steps);
    }

    /** True once nothing more will happen. */
    public boolean ended() {
        return state != State.WAITING && state != State.RUNNING;
    }
}
