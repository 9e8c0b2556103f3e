package ai.tenon.core.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A backend that is going: whoever makes it go waits here until nothing uses it any more. */
final class Departure {
    private final BackendEntry backend;
    private final CountDownLatch unused = new CountDownLatch(1);

    Departure(BackendEntry backend) {
        this.backend = backend;
    }

    BackendEntry backend() {
        return backend;
    }

    void complete() {
        unused.countDown();
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
