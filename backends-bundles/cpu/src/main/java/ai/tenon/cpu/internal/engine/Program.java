package ai.tenon.cpu.internal.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** A plan's code in native memory; freed when its owner and all runs have let go of it. */
public final class Program {
    private final long handle;
    private final Runnable freed;
    private final AtomicInteger users = new AtomicInteger(1);

    /**
     * @param freed called when nobody can run it any more
     */
    public Program(long[] code, Runnable freed) {
        this.freed = freed;
        handle = Library.newPlan(code);
    }

    long handle() {
        return handle;
    }

    /** One user more, who has to call {@link #release}. */
    public void retain() {
        users.incrementAndGet();
    }

    /** To be called once by whoever made it, and by each user. */
    public void release() {
        if (users.decrementAndGet() == 0) {
            Library.freePlan(handle);
            freed.run();
        }
    }
}
