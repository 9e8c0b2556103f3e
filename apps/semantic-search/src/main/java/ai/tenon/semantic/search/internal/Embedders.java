package ai.tenon.semantic.search.internal;

import ai.tenon.inference.Endpoint;
import java.util.ArrayDeque;
import java.util.Deque;

/** The embedders of one endpoint: as many as there are questions at once, kept and used again. */
final class Embedders implements AutoCloseable {
    private final Endpoint endpoint;
    private final Deque<Embedder> idle = new ArrayDeque<>();
    private boolean closed;

    Embedders(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** An embedder, to be given back. */
    Embedder take() {
        synchronized (this) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        return new Embedder(endpoint);
    }

    void giveBack(Embedder embedder) {
        synchronized (this) {
            if (!closed) {
                idle.push(embedder);
                return;
            }
        }
        embedder.close();
    }

    /** Closes the idle ones now, and the others when they are given back. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(Embedder::close);
        idle.clear();
    }
}
