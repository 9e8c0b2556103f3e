package ai.tenon.cpu.internal.plan;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is taken of one piece of memory, and what was given back. New pieces take the first gap that
 * is large enough, else they lie behind everything else.
 */
final class Room {
    private static final long ALIGNMENT = 64;

    private final long bytes;
    private final TreeMap<Long, Long> gaps = new TreeMap<>();
    private long end;

    /**
     * @param bytes that there are
     * @param used of them, from the first on, which are never given back
     */
    Room(long bytes, long used) {
        this.bytes = bytes;
        this.end = aligned(used);
    }

    /**
     * Where a new piece lies.
     *
     * @throws IllegalArgumentException if it has no room
     */
    long take(long length) {
        long size = size(length);
        for (Map.Entry<Long, Long> gap : gaps.entrySet()) {
            if (gap.getValue() >= size) {
                long offset = gap.getKey();
                long left = gaps.remove(offset) - size;
                if (left > 0) {
                    gaps.put(offset + size, left);
                }
                return offset;
            }
        }
        if (end + length > bytes) {
            throw new IllegalArgumentException(
                    "packed weights take more than the " + bytes + " bytes reserved");
        }
        long offset = end;
        end += size;
        return offset;
    }

    /** Gives a piece back. */
    void free(long offset, long length) {
        long start = offset;
        long size = size(length);
        Map.Entry<Long, Long> before = gaps.lowerEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            start = before.getKey();
            size += gaps.remove(start);
        }
        Long behind = gaps.remove(start + size);
        size += behind == null ? 0 : behind;
        if (start + size == end) {
            end = start;
        } else {
            gaps.put(start, size);
        }
    }

    /** What comes from now on lies behind so many bytes: gaps before are given up. */
    void seal(long length) {
        gaps.headMap(length).clear();
        end = Math.max(end, aligned(length));
    }

    /** Bytes from the first to the last that is taken. */
    long end() {
        return end;
    }

    /** What a piece takes; an empty one has a place of its own too. */
    private static long size(long length) {
        return aligned(Math.max(1, length));
    }

    private static long aligned(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
