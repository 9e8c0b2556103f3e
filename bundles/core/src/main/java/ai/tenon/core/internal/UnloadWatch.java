package ai.tenon.core.internal;

import ai.tenon.backend.Executable;
import ai.tenon.core.internal.placement.CutExecutable;
import ai.tenon.management.RetiredInfo;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Proves that what was unloaded is gone: each retired executable is {@code pending} while calls
 * still run on it, {@code retired} once it is closed, and {@code collected} once the garbage
 * collector has found that nothing refers to it any more, nor to any part of it. Nothing here keeps
 * it alive.
 */
final class UnloadWatch {
    private static final int REMEMBERED = 64;

    private final ReferenceQueue<Executable> queue = new ReferenceQueue<>();
    private final Deque<Entry> entries = new ArrayDeque<>();

    private final class Entry {
        private final String endpoint;
        private final String backend;
        private final long sinceMillis = System.currentTimeMillis();
        private final Set<PhantomReference<Executable>> uncollected = new HashSet<>();
        private String state = RetiredInfo.PENDING;

        Entry(Retirement retirement) {
            endpoint = retirement.deployment().spec().name();
            backend = retirement.deployment().label();
            Executable executable = retirement.deployment().executable();
            uncollected.add(new PhantomReference<>(executable, queue));
            if (executable instanceof CutExecutable cut) {
                cut.parts().forEach(part -> uncollected.add(new PhantomReference<>(part, queue)));
            }
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
                if (entry.uncollected.remove(found) && entry.uncollected.isEmpty()) {
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
