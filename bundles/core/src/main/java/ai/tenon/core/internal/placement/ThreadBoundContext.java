package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Tensor;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A context whose hardware binds it to the thread that made it: it has a thread of its own, and
 * callers wait while that one runs. The hand-over costs a few allocations per call, which only such
 * hardware pays.
 */
public final class ThreadBoundContext implements ExecutionContext {
    private final ExecutorService thread;
    private final ExecutionContext context;

    private ThreadBoundContext(ExecutorService thread, ExecutionContext context) {
        this.thread = thread;
        this.context = context;
    }

    /** Makes a context of {@code executable} on a new thread. */
    public static ThreadBoundContext of(Executable executable) throws BackendException {
        ExecutorService thread =
                Executors.newSingleThreadExecutor(
                        work -> {
                            Thread made = new Thread(work, "tenon-bound-context");
                            made.setDaemon(true);
                            return made;
                        });
        try {
            return new ThreadBoundContext(thread, on(thread, executable::newContext));
        } catch (BackendException | RuntimeException e) {
            thread.shutdown();
            throw e;
        }
    }

    private static <T> T on(ExecutorService thread, Callable<T> work) throws BackendException {
        Future<T> result = thread.submit(work);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    // the hardware uses the caller's tensors until it is done
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BackendException cause) {
                throw cause;
            }
            throw new BackendException(
                    BackendException.ErrorClass.FATAL, String.valueOf(e.getCause()), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void run(Tensor[] inputs, RunControl control) throws BackendException {
        on(
                thread,
                () -> {
                    context.run(inputs, control);
                    return null;
                });
    }

    @Override
    public Tensor output(int index) {
        return context.output(index);
    }

    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        try {
            on(
                    thread,
                    () -> {
                        context.close();
                        return null;
                    });
        } catch (BackendException e) {
            throw new IllegalStateException("closing a context failed: " + e.getMessage(), e);
        } finally {
            thread.shutdown();
        }
    }
}
