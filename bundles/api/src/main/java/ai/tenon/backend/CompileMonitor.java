package ai.tenon.backend;

import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.ObjDoubleConsumer;

/** How a compile tells its progress and learns that it is no longer wanted. */
public final class CompileMonitor {
    /** Listens to nothing and never cancels. */
    public static final CompileMonitor SILENT = new CompileMonitor((step, done) -> {}, () -> false);

    private final ObjDoubleConsumer<String> progress;
    private final BooleanSupplier cancelled;

    /**
     * @param progress receives the step and the part done, 0 to 1
     * @param cancelled true once the result is no longer wanted
     */
    public CompileMonitor(ObjDoubleConsumer<String> progress, BooleanSupplier cancelled) {
        this.progress = Objects.requireNonNull(progress, "progress");
        this.cancelled = Objects.requireNonNull(cancelled, "cancelled");
    }

    /** Says what is being done and how far it is, 0 to 1. */
    public void progress(String step, double done) {
        progress.accept(step, done);
    }

    /**
     * To be called now and then.
     *
     * @throws BackendException of class CANCELLED once the result is no longer wanted
     */
    public void check() throws BackendException {
        if (cancelled.getAsBoolean()) {
            throw new BackendException(
                    BackendException.ErrorClass.CANCELLED, "compiling was cancelled");
        }
    }
}
