package ai.tenon.core.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.core.internal.placement.ThreadBoundContext;
import ai.tenon.inference.InferenceException;
import ai.tenon.inference.InferenceException.Code;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The execution contexts of one executable: made when first needed, at most {@code size}. Waiting
 * for a free one is the bounded queue of an endpoint.
 */
final class ContextPool {
    /** How often a waiting caller looks whether it was cancelled. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Executable executable;
    private final boolean threadBound;
    private final Semaphore permits;
    private final AtomicReferenceArray<ExecutionContext> free;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int queue;

    /**
     * @param threadBound true if a context has to be used by the thread that made it
     */
    ContextPool(Executable executable, boolean threadBound, int size, int queue) {
        this.executable = executable;
        this.threadBound = threadBound;
        this.permits = new Semaphore(size);
        this.free = new AtomicReferenceArray<>(size);
        this.queue = queue;
    }

    /**
     * Takes a context, waiting for one until the deadline of {@code control}.
     *
     * @throws InferenceException BUSY if too many wait already, DEADLINE_EXCEEDED or CANCELLED
     *     while waiting, BACKEND_FAILED if a new context cannot be made
     */
    ExecutionContext acquire(String endpoint, RunControl control) throws InferenceException {
        if (!permits.tryAcquire()) {
            waitForPermit(endpoint, control);
        }
        int size = free.length();
        int start = (int) (Thread.currentThread().getId() % size);
        for (int i = 0; i < size; i++) {
            int slot = (start + i) % size;
            ExecutionContext context = free.get(slot) == null ? null : free.getAndSet(slot, null);
            if (context != null) {
                return context;
            }
        }
        try {
            return threadBound ? ThreadBoundContext.of(executable) : executable.newContext();
        } catch (BackendException | RuntimeException | Error e) {
            permits.release();
            throw new InferenceException(
                    Code.BACKEND_FAILED,
                    "endpoint '"
                            + endpoint
                            + "' has no working memory for one more call: "
                            + Trouble.words(e),
                    e);
        }
    }

    private void waitForPermit(String endpoint, RunControl control) throws InferenceException {
        if (waiting.incrementAndGet() > queue) {
            waiting.decrementAndGet();
            throw new InferenceException(
                    Code.BUSY,
                    "endpoint '"
                            + endpoint
                            + "' is busy: "
                            + queue
                            + " calls wait already; try again later or allow more contexts");
        }
        try {
            while (true) {
                long left =
                        control.deadlineNanos() == Long.MAX_VALUE
                                ? LOOK_NANOS
                                : control.deadlineNanos() - System.nanoTime();
                if (control.isCancelled()) {
                    throw new InferenceException(
                            Code.CANCELLED,
                            "the call to endpoint '" + endpoint + "' was cancelled");
                }
                if (left <= 0) {
                    throw new InferenceException(
                            Code.DEADLINE_EXCEEDED,
                            "endpoint '"
                                    + endpoint
                                    + "' had no free context before the call's deadline");
                }
                if (permits.tryAcquire(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InferenceException(
                    Code.CANCELLED, "the call to endpoint '" + endpoint + "' was interrupted", e);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Gives a context back. */
    void release(ExecutionContext context) {
        int size = free.length();
        int start = (int) (Thread.currentThread().getId() % size);
        for (int i = 0; i < size; i++) {
            if (free.compareAndSet((start + i) % size, null, context)) {
                permits.release();
                return;
            }
        }
        throw new IllegalStateException("more contexts came back than were taken");
    }

    /** Throws a context away that cannot be used any more. */
    void discard(ExecutionContext context) {
        Trouble.close(context);
        permits.release();
    }

    /**
     * Closes all contexts; only once nobody holds one.
     *
     * @throws IllegalStateException if one of them could not be freed; all others are
     */
    void close() {
        Throwable failure = null;
        for (int slot = 0; slot < free.length(); slot++) {
            ExecutionContext context = free.getAndSet(slot, null);
            try {
                if (context != null) {
                    context.close();
                }
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw new IllegalStateException(
                    "a context could not be freed: " + Trouble.words(failure), failure);
        }
    }
}
