package ai.tenon.cpu.internal;

import ai.tenon.backend.ModelSource;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Prepared models, or such as are half done, on their way from the question whether they are
 * supported to their compilation, which usually follows. A few wait at most, each no longer than
 * its source is there.
 */
final class Preparations {
    private static final int MOST = 8;

    private final Map<ModelSource, SoftReference<Prepared>> waiting = new WeakHashMap<>();

    /** Keeps what was prepared for whoever compiles this source. */
    synchronized void keep(ModelSource source, Prepared prepared) {
        if (waiting.size() >= MOST) {
            waiting.clear();
        }
        waiting.put(source, new SoftReference<>(prepared));
    }

    /** What was prepared, for the caller alone; null if nothing waits. */
    synchronized Prepared take(ModelSource source) {
        SoftReference<Prepared> prepared = waiting.remove(source);
        return prepared == null ? null : prepared.get();
    }

    /** Prepared models that wait. */
    synchronized int size() {
        return waiting.size();
    }
}
