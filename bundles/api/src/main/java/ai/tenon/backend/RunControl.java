package ai.tenon.backend;

/**
 * A caller's deadline, cancel flag and priority. Reusable: one per call object, reset for each run.
 */
public final class RunControl {
    private volatile long deadline = Long.MAX_VALUE;
    private volatile boolean cancelled;
    private volatile int priority;

    /** No deadline, not cancelled, normal priority. */
    public RunControl() {}

    /**
     * Prepares for a run.
     *
     * @param deadlineNanos on the scale of {@link System#nanoTime}; {@code Long.MAX_VALUE} for none
     */
    public void reset(long deadlineNanos) {
        deadline = deadlineNanos;
        cancelled = false;
    }

    /** The deadline on the scale of {@link System#nanoTime}; {@code Long.MAX_VALUE} for none. */
    public long deadlineNanos() {
        return deadline;
    }

    /** From any thread: the result is no longer wanted. */
    public void cancel() {
        cancelled = true;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /** True once the deadline has passed. */
    public boolean isExpired() {
        long until = deadline;
        return until != Long.MAX_VALUE && System.nanoTime() - until >= 0;
    }

    /** True once the run should stop; backends with trait CANCEL ask between operators. */
    public boolean shouldStop() {
        return cancelled || isExpired();
    }

    /** 0 is normal, higher goes first where the hardware can. */
    public int priority() {
        return priority;
    }

    public void setPriority(int value) {
        priority = value;
    }
}
