package ai.tenon.core.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A backend that is going: whoever makes it go waits here until nothing uses it any more. */
final class Departure {
    private final BackendEntry backend;
    private final CountDownLatch unused = new CountDownLatch(1);
    private Future<?> bound;

    Departure(BackendEntry backend) {
        this.backend = backend;
    }

    BackendEntry backend() {
        return backend;
    }

    /** Names the timer that ends it by force, which is no longer needed once it is complete. */
    synchronized void boundBy(Future<?> timer) {
        bound = timer;
        if (unused.getCount() == 0) {
            timer.cancel(false);
        }
    }

    synchronized void complete() {
        unused.countDown();
        if (bound != null) {
            bound.cancel(false);
        }
    }

    /** Waits until nothing uses the backend, at most that long; false if something still does. */
    boolean await(long millis) {
        try {
            return unused.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
