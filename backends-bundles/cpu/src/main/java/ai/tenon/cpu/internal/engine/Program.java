package ai.tenon.cpu.internal.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** A plan's code in native memory; freed when its owner and all runs have let go of it. */
public final class Program {
    private final long handle;
    private final AtomicInteger users = new AtomicInteger(1);

    public Program(long[] code) {
        handle = Library.newPlan(code);
    }

    long handle() {
        return handle;
    }

    void retain() {
        users.incrementAndGet();
    }

    /** To be called once by whoever made it, and by each run. */
    public void release() {
        if (users.decrementAndGet() == 0) {
            Library.freePlan(handle);
        }
    }
}
