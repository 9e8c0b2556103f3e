package ai.tenon.semantic.search.internal;

import ai.tenon.inference.InferenceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an index that fits the model, on one thread of its own: makes one when there is a model to
 * make it with, and another when the model has changed. Until that is done the old one answers.
 */
final class Indexer implements AutoCloseable {
    /** Where passages come from and how they are cut for the model. */
    interface Source {
        List<Passage> passages() throws IOException;

        Tokens tokens(String text);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Indexer.class);
    private static final long LOOK_MILLIS = 500;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Supplier<Model> model;
    private final Source source;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread made = new Thread(task, "tenon-semantic-search");
                        made.setDaemon(true);
                        return made;
                    });
    private volatile Index index;
    private volatile Progress progress = Progress.NONE;
    private volatile String problem = "";
    private volatile boolean closed;
    private long retryAt = System.nanoTime();

    /** How far the index in the making is; {@code total} 0 if there is none. */
    record Progress(int done, int total) {
        static final Progress NONE = new Progress(0, 0);
    }

    /**
     * @param model yields null while nothing can embed
     */
    Indexer(Supplier<Model> model, Source source) {
        this.model = model;
        this.source = source;
        thread.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The index that answers; null if there is none yet. */
    Index index() {
        return index;
    }

    Progress progress() {
        return progress;
    }

    /** Why the last attempt to make an index failed; empty if it did not. */
    String problem() {
        return problem;
    }

    private void look() {
        Model current = model.get();
        Index answering = index;
        boolean fits =
                current == null || answering != null && answering.model().equals(current.sha256());
        if (fits || System.nanoTime() - retryAt < 0) {
            return;
        }
        try {
            Index made = make(current);
            if (made != null) {
                index = made;
                report("");
                LOG.info(
                        "Semantic search has indexed {} passages of {} files in {} ms",
                        made.passages().size(),
                        made.files(),
                        made.millis());
            }
        } catch (IOException | InferenceException | RuntimeException | LinkageError e) {
            retryAt = System.nanoTime() + RETRY_NANOS;
            report(
                    e instanceof RuntimeException && e.getMessage() == null
                            ? e.toString()
                            : e.getMessage());
        } finally {
            progress = Progress.NONE;
        }
    }

    private void report(String sentence) {
        if (!sentence.isEmpty() && !sentence.equals(problem) && !closed) {
            LOG.warn("Semantic search has no index for the current model: {}", sentence);
        }
        problem = sentence;
    }

    /**
     * @return null if the model went or changed meanwhile
     */
    private Index make(Model current) throws IOException, InferenceException {
        long start = System.nanoTime();
        List<Passage> passages = source.passages();
        List<float[]> vectors = new ArrayList<>(passages.size());
        Embedder embedder = current.embedders().take();
        try {
            while (vectors.size() < passages.size()) {
                progress = new Progress(vectors.size(), passages.size());
                if (closed || !isStill(current)) {
                    return null;
                }
                float[] vector = embed(embedder, passages.get(vectors.size()).text());
                if (vector != null) {
                    vectors.add(vector);
                }
            }
        } finally {
            current.embedders().giveBack(embedder);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        return isStill(current) ? new Index(current.sha256(), passages, vectors, millis) : null;
    }

    private boolean isStill(Model wanted) {
        Model now = model.get();
        return now == null || now.equals(wanted);
    }

    /**
     * @return null if the endpoint could not answer now but may later
     */
    private float[] embed(Embedder embedder, String text) throws InferenceException {
        try {
            return embedder.embed(source.tokens(text));
        } catch (InferenceException e) {
            switch (e.code()) {
                case UNAVAILABLE, BUSY, DEADLINE_EXCEEDED, CANCELLED -> {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    return null;
                }
                default -> throw e;
            }
        }
    }

    /** Stops, and waits for the passage in the making. */
    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn(
                        "Semantic search still waits for the endpoint; its thread ends after that");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
