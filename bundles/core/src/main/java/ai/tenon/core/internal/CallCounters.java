package ai.tenon.core.internal;

import ai.tenon.inference.EndpointStatistics;
import java.util.concurrent.atomic.LongAdder;

/** An endpoint's counters; adding to them takes no lock. */
final class CallCounters {
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder computeNanos = new LongAdder();
    private final LongAdder queueNanos = new LongAdder();
    private volatile long lastCallMillis;

    void succeeded(long queued, long computed) {
        succeeded.increment();
        queueNanos.add(queued);
        computeNanos.add(computed);
        lastCallMillis = System.currentTimeMillis();
    }

    void failed() {
        failed.increment();
        lastCallMillis = System.currentTimeMillis();
    }

    void rejected() {
        rejected.increment();
        lastCallMillis = System.currentTimeMillis();
    }

    void late() {
        late.increment();
        lastCallMillis = System.currentTimeMillis();
    }

    EndpointStatistics snapshot() {
        return new EndpointStatistics(
                succeeded.sum(),
                failed.sum(),
                rejected.sum(),
                late.sum(),
                computeNanos.sum(),
                queueNanos.sum(),
                lastCallMillis);
    }
}
