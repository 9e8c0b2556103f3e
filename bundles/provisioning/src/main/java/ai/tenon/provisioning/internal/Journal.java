package ai.tenon.provisioning.internal;

import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.OperationInfo.State;
import ai.tenon.store.Durable;
import ai.tenon.store.Fields;
import ai.tenon.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers operations across restarts, so that an id executes once. A line is appended, durably,
 * when a change begins, before its commit and when it has ended. Bounded: the oldest are forgotten.
 */
final class Journal {
    private static final int KEPT = 500;
    private static final int MAX_LINES = 4 * KEPT;

    /**
     * What is known of an operation.
     *
     * @param fingerprint of its request
     * @param commit hash of the generation that it was about to make current; empty if it did not
     *     come so far
     * @param info as it stands
     */
    record Entry(String fingerprint, String commit, OperationInfo info) {}

    private final Path file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private int lines;

    Journal(Path data) throws IOException {
        this.file = data.resolve("operations");
        if (Files.isRegularFile(file)) {
            // Not decoded strictly: what is broken in one line must not cost the others.
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            text.lines().forEach(this::read);
        }
        shrink();
    }

    private void read(String line) {
        try {
            List<String> f = Fields.parse(line);
            String id = f.get(1);
            switch (f.get(0)) {
                case "begin" ->
                        entries.put(
                                id,
                                new Entry(
                                        f.get(2),
                                        "",
                                        info(id, f.get(3), f.get(4), f.get(5), f.get(6))));
                case "commit" -> entries.computeIfPresent(id, (k, e) -> committing(e, f.get(2)));
                case "end" ->
                        entries.computeIfPresent(
                                id,
                                (k, e) ->
                                        ended(
                                                e,
                                                State.valueOf(f.get(2)),
                                                Long.parseLong(f.get(3)),
                                                f.get(4),
                                                f.get(5).isEmpty() ? null : Kind.valueOf(f.get(5)),
                                                Long.parseLong(f.get(6))));
                default -> throw new StoreException("unknown line");
            }
        } catch (StoreException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The last line of a process that was killed may be half a line.
            return;
        }
    }

    private static OperationInfo info(
            String id, String kind, String subject, String actor, String started) {
        return new OperationInfo(
                id,
                kind,
                subject,
                actor,
                State.RUNNING,
                List.of(),
                0,
                "",
                null,
                Long.parseLong(started),
                0);
    }

    private static Entry committing(Entry entry, String hash) {
        return new Entry(entry.fingerprint(), hash, entry.info());
    }

    private static Entry ended(
            Entry entry, State state, long generation, String message, Kind problem, long millis) {
        OperationInfo i = entry.info();
        return new Entry(
                entry.fingerprint(),
                entry.commit(),
                new OperationInfo(
                        i.id(),
                        i.kind(),
                        i.subject(),
                        i.actor(),
                        state,
                        i.steps(),
                        generation,
                        message,
                        problem,
                        i.startedMillis(),
                        millis));
    }

    synchronized Optional<Entry> find(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    /** The oldest first. */
    synchronized List<Entry> all() {
        return List.copyOf(entries.values());
    }

    synchronized void begin(OperationInfo i, String fingerprint) throws IOException {
        append(beginLine(i, fingerprint));
    }

    synchronized void commit(String id, String hash) throws IOException {
        append(Fields.line("commit", id, hash));
    }

    synchronized void end(OperationInfo i) throws IOException {
        append(endLine(i));
    }

    private static String beginLine(OperationInfo i, String fingerprint) {
        return Fields.line(
                "begin", i.id(), fingerprint, i.kind(), i.subject(), i.actor(), i.startedMillis());
    }

    private static String endLine(OperationInfo i) {
        return Fields.line(
                "end",
                i.id(),
                i.state(),
                i.generation(),
                i.message(),
                i.problem() == null ? "" : i.problem(),
                i.millis());
    }

    private void append(String line) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(false);
        }
        read(line);
        if (++lines > MAX_LINES) {
            shrink();
        }
    }

    /** Writes the entries that are kept, in as few lines as they need, in place of the file. */
    private void shrink() throws IOException {
        List<String> ids = new ArrayList<>(entries.keySet());
        ids.subList(0, Math.max(0, ids.size() - KEPT)).forEach(entries::remove);
        List<String> text = new ArrayList<>();
        for (Entry e : entries.values()) {
            text.add(beginLine(e.info(), e.fingerprint()));
            if (!e.commit().isEmpty()) {
                text.add(Fields.line("commit", e.info().id(), e.commit()));
            }
            if (e.info().ended()) {
                text.add(endLine(e.info()));
            }
        }
        lines = text.size();
        text.add("");
        new Durable().write(file, String.join("\n", text).getBytes(StandardCharsets.UTF_8));
    }
}
