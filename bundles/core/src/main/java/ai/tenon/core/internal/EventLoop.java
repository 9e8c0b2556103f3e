package ai.tenon.core.internal;

import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns desired and actual state. Others only enqueue; nothing that runs here
 * may wait.
 */
final class EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /**
     * How often somebody who waits for an answer looks whether there is still a thread to give it.
     */
    private static final long LOOK_MILLIS = 100;

    private final BlockingDeque<Runnable> events = new LinkedBlockingDeque<>();
    private final Runnable afterEach;
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * @param afterEach runs behind every event, on the same thread
     */
    EventLoop(String name, Runnable afterEach) {
        this.afterEach = afterEach;
        this.thread = new Thread(this::loop, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void loop() {
        while (!stopped) {
            try {
                events.take().run();
                afterEach.run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                // once it has stopped, classes go and nothing goes on
                if (!stopped) {
                    LOG.error("A reconciler event failed; the next one goes on", e);
                }
            }
        }
    }

    void enqueue(Runnable event) {
        events.addLast(event);
    }

    /** Enqueues an event that goes before all others: a departure. */
    void overtake(Runnable event) {
        events.addFirst(event);
    }

    /**
     * Runs {@code question} on the loop's thread and waits for its answer.
     *
     * @throws IllegalStateException if the loop has stopped
     */
    <T> T ask(Supplier<T> question) {
        if (Thread.currentThread() == thread) {
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        enqueue(
                () -> {
                    try {
                        answer.complete(question.get());
                    } catch (RuntimeException | Error e) {
                        answer.completeExceptionally(e);
                    }
                });
        try {
            while (true) {
                try {
                    return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (!thread.isAlive()) {
                        throw new IllegalStateException("the core has stopped", e);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the reconciler", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        }
    }

    /** Ends the thread after the event that runs now. Events that still wait are dropped. */
    void stop() {
        stopped = true;
        enqueue(() -> {});
    }
}
