package ai.tenon.core.internal;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts who uses a deployment. Striped by thread, so that threads do not fight over one cache
 * line; entering and leaving allocate nothing and take no lock.
 *
 * <p>Whoever retires a deployment first makes it unreachable for new leases, then waits for {@link
 * #idle}. A lease is entered and left on the same stripe, so a sum taken after that point misses
 * none.
 */
final class Leases {
    private static final int STRIPES = 16;

    /** Longs between two stripes: a stripe has two cache lines for itself. */
    private static final int PADDING = 16;

    private final AtomicLongArray counts = new AtomicLongArray((STRIPES + 2) * PADDING);

    /** Takes a lease and returns the stripe to leave by. */
    int enter() {
        int stripe = ((int) Thread.currentThread().getId() & STRIPES - 1) * PADDING + PADDING;
        counts.getAndIncrement(stripe);
        return stripe;
    }

    void leave(int stripe) {
        counts.getAndDecrement(stripe);
    }

    /** How many leases are held. */
    long held() {
        long sum = 0;
        for (int stripe = 1; stripe <= STRIPES; stripe++) {
            sum += counts.get(stripe * PADDING);
        }
        return sum;
    }

    boolean idle() {
        return held() == 0;
    }
}
