package ai.tenon.cpu.internal.plan;

import ai.tenon.cpu.internal.engine.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Constants among the weights, found again by what they hold. Those that depend on a plan's shapes
 * are counted: what no plan uses any more gives its room back.
 */
final class Constants {
    /** So do the keys begin under which constants are kept in files. */
    private static final String KEY = "contents ";

    private final Memory memory;
    private final Room room;
    private final Map<Long, List<Constant>> byContents = new HashMap<>();
    private long sealed;

    /** A constant, and how many plans use it. */
    static final class Constant {
        private final long contents;
        private final Place place;
        private int users;

        private Constant(long contents, Place place) {
            this.contents = contents;
            this.place = place;
        }

        Place place() {
            return place;
        }

        boolean isUsedOnce() {
            return users == 1;
        }
    }

    /**
     * @param memory null if nothing is stored
     */
    Constants(Memory memory, Room room) {
        this.memory = memory;
        this.room = room;
    }

    /** The constant of these remaining bytes, with one user more. */
    Constant use(ByteBuffer bytes) {
        Constant constant = find(bytes);
        constant.users++;
        return constant;
    }

    private Constant find(ByteBuffer bytes) {
        long contents = contents(bytes);
        List<Constant> alike = byContents.computeIfAbsent(contents, key -> new ArrayList<>(1));
        for (Constant constant : alike) {
            if (holds(constant.place, bytes)) {
                return constant;
            }
        }
        Place place = Place.weights(room.take(bytes.remaining()), bytes.remaining());
        if (memory != null) {
            memory.view(place.offset(), place.bytes()).put(bytes.duplicate());
        }
        Constant constant = new Constant(contents, place);
        alike.add(constant);
        return constant;
    }

    private boolean holds(Place place, ByteBuffer bytes) {
        return place.bytes() == bytes.remaining()
                && (memory == null || memory.view(place.offset(), place.bytes()).equals(bytes));
    }

    private static long contents(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate());
        return checksum.getValue() << Integer.SIZE ^ bytes.remaining();
    }

    /** A user less. */
    void release(Constant constant) {
        if (--constant.users > 0 || constant.place.offset() < sealed) {
            return;
        }
        List<Constant> alike = byContents.get(constant.contents);
        alike.remove(constant);
        if (alike.isEmpty()) {
            byContents.remove(constant.contents);
        }
        room.free(constant.place.offset(), constant.place.bytes());
    }

    /** What lies before so many bytes stays, whoever uses it. */
    void seal(long bytes) {
        sealed = bytes;
    }

    /** Adds offset and length of each that stays, by keys that {@link #take} knows. */
    void list(Map<String, long[]> entries) {
        byContents.forEach(
                (contents, alike) -> {
                    for (Constant each : alike) {
                        long[] entry = {each.place.offset(), each.place.bytes()};
                        entries.put(KEY + Long.toHexString(contents) + " at " + entry[0], entry);
                    }
                });
    }

    /** Takes over a constant that was kept; false if the key is that of something else. */
    boolean take(String key, Place place) {
        if (!key.startsWith(KEY)) {
            return false;
        }
        int end = key.indexOf(' ', KEY.length());
        String hex = key.substring(KEY.length(), end < 0 ? key.length() : end);
        long contents = Long.parseUnsignedLong(hex, 16);
        byContents
                .computeIfAbsent(contents, each -> new ArrayList<>(1))
                .add(new Constant(contents, place));
        return true;
    }
}
