package ai.tenon.core.internal;

import ai.tenon.backend.Executable;
import ai.tenon.management.RetiredInfo;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Proves that what was unloaded is gone: each retired executable is {@code pending} while calls
 * still run on it, {@code retired} once it is closed, and {@code collected} once the garbage
 * collector has found that nothing refers to it any more. Nothing here keeps it alive.
 */
final class UnloadWatch {
    private static final int REMEMBERED = 64;

    private final ReferenceQueue<Executable> queue = new ReferenceQueue<>();
    private final Deque<Entry> entries = new ArrayDeque<>();

    private final class Entry {
        private final String endpoint;
        private final String backend;
        private final long sinceMillis = System.currentTimeMillis();
        private final PhantomReference<Executable> reference;
        private String state = RetiredInfo.PENDING;

        Entry(Retirement retirement) {
            endpoint = retirement.deployment().spec().name();
            backend = retirement.deployment().backend().label();
            reference = new PhantomReference<>(retirement.deployment().executable(), queue);
        }
    }

    /** Watches an executable from now on. */
    synchronized void watch(Retirement retirement) {
        Entry entry = new Entry(retirement);
        entries.addLast(entry);
        if (entries.size() > REMEMBERED) {
            entries.removeFirst();
        }
        retirement.closed().whenComplete((done, error) -> closed(entry));
    }

    private synchronized void closed(Entry entry) {
        entry.state = RetiredInfo.RETIRED;
    }

    /** How things stand, oldest first. */
    synchronized List<RetiredInfo> states() {
        for (Object found = queue.poll(); found != null; found = queue.poll()) {
            for (Entry entry : entries) {
                if (entry.reference == found) {
                    entry.state = RetiredInfo.COLLECTED;
                }
            }
        }
        return entries.stream()
                .map(
                        entry ->
                                new RetiredInfo(
                                        entry.endpoint,
                                        entry.backend,
                                        entry.state,
                                        entry.sinceMillis))
                .toList();
    }
}
