package ai.tenon.core.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * The way out of a deployment that nothing points to any more: it waits for the last lease, then
 * frees everything.
 */
final class Retirement {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Deployment deployment;

    private Retirement(Deployment deployment) {
        this.deployment = deployment;
    }

    /** Starts retiring {@code deployment} on a thread of {@code executor}. */
    static Retirement start(Deployment deployment, Executor executor) {
        Retirement retirement = new Retirement(deployment);
        executor.execute(retirement::drainAndClose);
        return retirement;
    }

    private void drainAndClose() {
        Deployment leaving = deployment;
        // never freed under a running call, however long it takes
        while (!leaving.leases().idle()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        try {
            leaving.close();
            closed.complete(null);
        } catch (RuntimeException | Error e) {
            // a bundle that is gone already fails with errors of linkage
            closed.completeExceptionally(e);
        }
    }

    /** What is on its way out. */
    Deployment deployment() {
        return deployment;
    }

    /** Completes once everything is freed. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    /**
     * Waits until everything is freed, at most that long.
     *
     * @return what came out, a part of a sentence
     */
    String await(long millis) {
        try {
            closed.get(millis, TimeUnit.MILLISECONDS);
            return deployment.label() + " retired";
        } catch (TimeoutException e) {
            return deployment.label()
                    + " still runs "
                    + deployment.leases().held()
                    + " calls and is freed behind the last";
        } catch (ExecutionException e) {
            return deployment.label() + " could not be freed: " + e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return deployment.label() + " drains";
        }
    }
}
