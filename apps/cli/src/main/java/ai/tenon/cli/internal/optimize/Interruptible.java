package ai.tenon.cli.internal.optimize;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work that comes to its end in its own way when the caller is interrupted. It has a thread of its
 * own, because an interrupted thread can no longer write into files.
 */
public final class Interruptible {
    private Interruptible() {}

    /**
     * Does the work and waits for its end.
     *
     * @param stop called at each interruption of the calling thread, which is then no longer
     *     interrupted
     */
    public static <T> T call(Callable<T> work, Runnable stop) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "tenon-work");
        thread.setDaemon(true);
        thread.start();
        while (true) {
            try {
                return task.get();
            } catch (InterruptedException e) {
                stop.run();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw (Exception) e.getCause();
            }
        }
    }
}
