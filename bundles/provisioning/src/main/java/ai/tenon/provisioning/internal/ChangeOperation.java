package ai.tenon.provisioning.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.Operation;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.OperationInfo.State;
import ai.tenon.management.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A change on its way: what the change thread reports, and what others read and wait for. */
final class ChangeOperation implements Operation {
    /** Told of each step before it is done. */
    interface StepListener {
        void before(ChangeOperation operation, String step, String detail);
    }

    private final String id;
    private final String actor;
    private final Request request;
    private final StepListener listener;
    private final long submitted = System.currentTimeMillis();
    private final List<OperationInfo.Step> steps = new ArrayList<>();
    private State state = State.WAITING;
    private long stepStarted;
    private long ended;
    private long generation;
    private String message = "";
    private Kind problem;
    private boolean cancelled;
    private boolean decided;

    ChangeOperation(String id, String actor, Request request, StepListener listener) {
        this.id = id;
        this.actor = actor;
        this.request = request;
        this.listener = listener;
    }

    String id() {
        return id;
    }

    Request request() {
        return request;
    }

    /**
     * A step is about to be done.
     *
     * @throws ManagementException CANCELLED if the change is not wanted any more
     */
    void step(String name, String detail) throws ManagementException {
        if (isCancelled()) {
            throw new ManagementException(
                    Kind.CANCELLED, "cancelled before " + name + "; nothing changed");
        }
        note(name, detail);
    }

    /** As {@link #step}, after the point of no return. */
    void note(String name, String detail) {
        listener.before(this, name, detail);
        synchronized (this) {
            state = State.RUNNING;
            endStep();
            steps.add(new OperationInfo.Step(name, detail, 0));
            stepStarted = System.nanoTime();
        }
    }

    /** The running step brought this out. */
    synchronized void detail(String detail) {
        int last = steps.size() - 1;
        steps.set(last, new OperationInfo.Step(steps.get(last).name(), detail, 0));
    }

    /**
     * From here on there is no way back.
     *
     * @throws ManagementException if somebody cancelled just before
     */
    synchronized void decide() throws ManagementException {
        if (cancelled) {
            throw new ManagementException(
                    Kind.CANCELLED, "cancelled before its commit; nothing changed");
        }
        decided = true;
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    synchronized void end(State newState, long newGeneration, String newMessage, Kind newProblem) {
        endStep();
        state = newState;
        generation = newGeneration;
        message = newMessage;
        problem = newProblem;
        ended = System.currentTimeMillis();
        notifyAll();
    }

    private void endStep() {
        int last = steps.size() - 1;
        if (last >= 0) {
            OperationInfo.Step step = steps.get(last);
            long millis = (System.nanoTime() - stepStarted) / 1_000_000;
            steps.set(last, new OperationInfo.Step(step.name(), step.detail(), millis));
        }
    }

    @Override
    public synchronized OperationInfo info() {
        long until = ended == 0 ? System.currentTimeMillis() : ended;
        return new OperationInfo(
                id,
                request.kind(),
                request.subject(),
                actor,
                state,
                steps,
                generation,
                message,
                problem,
                submitted,
                until - submitted);
    }

    @Override
    public synchronized OperationInfo await(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!info().ended()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                break;
            }
            wait(millis);
        }
        return info();
    }

    @Override
    public synchronized boolean cancel() {
        if (info().ended() || decided) {
            return false;
        }
        cancelled = true;
        return true;
    }
}
