package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.gateway.Gateway;
import ai.tenon.cli.internal.gateway.OpenInference;
import ai.tenon.cli.internal.terminal.Failure;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Predicate;

/**
 * The second thread: keeps asking the gateway, one request after the other, and checks every
 * answer.
 */
final class Load implements AutoCloseable {
    private static final String UNAVAILABLE = "unavailable";
    private static final int UNAVAILABLE_STATUS = 503;
    private static final long PAUSE_MILLIS = 5;
    private static final long PATIENCE_MILLIS = 30_000;

    private final OpenInference client;
    private final String endpoint;
    private final List<Golden> golden;
    private final Thread thread = new Thread(this::ask, "demo-load");
    private final Latencies latencies = new Latencies();
    private boolean paused;
    private boolean busy;
    private boolean mayBeUnavailable;
    private long served;
    private long failed;
    private long changed;
    private long unavailable;
    private long answers;
    private String backend = "";
    private String problem = "";

    Load(Gateway gateway, String endpoint, List<Golden> golden) {
        this.client = new OpenInference(gateway);
        this.endpoint = endpoint;
        this.golden = golden;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Stops asking; returns once no request is under way. */
    synchronized void pause() throws InterruptedException {
        paused = true;
        while (busy) {
            wait();
        }
    }

    /** Goes on asking. */
    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** Whether "unavailable" is an answer, because the model is meant to be unloaded. */
    synchronized void allowUnavailable(boolean allowed) {
        mayBeUnavailable = allowed;
    }

    /**
     * Waits for the answer to a request that was sent after this call, by a backend of that label.
     */
    void awaitAnswerFrom(Predicate<String> label, String expected) throws InterruptedException {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        synchronized (this) {
            // The request under way may have been sent before.
            long newer = answers + (busy ? 1 : 0);
            while (answers <= newer || !label.test(backend)) {
                long left = end - System.currentTimeMillis();
                if (left <= 0) {
                    throw new Failure(
                            "expected answers from "
                                    + expected
                                    + ", but the last came from "
                                    + (backend.isEmpty() ? "nobody" : backend)
                                    + (problem.isEmpty() ? "" : " (" + problem + ")"));
                }
                wait(left);
            }
        }
    }

    /** Waits until requests are answered with "unavailable". */
    void awaitUnavailable() throws InterruptedException {
        awaitAnswerFrom(UNAVAILABLE::equals, "nobody");
    }

    synchronized DemoReport.Requests counts() {
        return new DemoReport.Requests(served, failed, changed, unavailable);
    }

    /** How long requests took, from sending to the whole answer. */
    Latencies latencies() {
        return latencies;
    }

    /** What answered last. */
    synchronized String backend() {
        return backend;
    }

    /** What was wrong with the last request that failed; empty if none did. */
    synchronized String problem() {
        return problem;
    }

    private void ask() {
        try {
            for (int i = 0; ; i = (i + 1) % golden.size()) {
                begin();
                boolean served;
                try {
                    served = ask(golden.get(i));
                } finally {
                    end();
                }
                if (!served) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            // Closed: nothing is left to do.
        }
    }

    /** Returns false if there was no answer. */
    private boolean ask(Golden question) throws InterruptedException {
        try {
            long start = System.nanoTime();
            HttpResponse<byte[]> response = client.send(endpoint, question.inputs());
            latencies.add(System.nanoTime() - start);
            synchronized (this) {
                if (response.statusCode() == UNAVAILABLE_STATUS && mayBeUnavailable) {
                    unavailable++;
                    backend = UNAVAILABLE;
                    return false;
                }
            }
            OpenInference.Answer answer = OpenInference.answer(Gateway.checked(response));
            count(answer.backend(), question.matches(answer.outputs()));
            return true;
        } catch (RuntimeException e) {
            synchronized (this) {
                failed++;
                problem = String.valueOf(e.getMessage());
            }
            return false;
        }
    }

    private synchronized void count(String answeredBy, boolean asExpected) {
        served++;
        backend = answeredBy;
        if (!asExpected) {
            changed++;
            problem = answeredBy + " gave another answer than the golden one";
        }
    }

    private synchronized void begin() throws InterruptedException {
        while (paused) {
            wait();
        }
        busy = true;
    }

    private synchronized void end() {
        busy = false;
        answers++;
        notifyAll();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
