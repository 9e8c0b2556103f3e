package ai.tenon.cpu.internal.plan;

import ai.tenon.backend.BackendException;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.engine.Memory;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An executable's weights as operators read them, and its constants, one behind the other in one
 * piece of memory. What has been packed once is found again by its key.
 */
public final class Weights implements AutoCloseable {
    private static final long ALIGNMENT = 64;

    /** Longer contents are not compared with others to be stored once. */
    private static final int COMPARED_BYTES = 1 << 16;

    private final Engine engine;
    private final Memory memory;
    private final Map<String, Place> packed;
    private final Map<ByteBuffer, Place> constants = new LinkedHashMap<>();
    private long used;

    private Weights(Engine engine, Memory memory, Map<String, Place> packed, long used) {
        this.engine = engine;
        this.memory = memory;
        this.packed = packed;
        this.used = used;
    }

    /**
     * Room for weights.
     *
     * @param capacity bytes that they may take; memory is taken only as it is filled
     */
    public static Weights empty(Engine engine, long capacity) throws BackendException {
        return new Weights(engine, Memory.reserve(capacity), new LinkedHashMap<>(), 0);
    }

    /** Nothing is packed: only for finding out whether a model can be lowered. */
    public static Weights dry(Engine engine) {
        return new Weights(engine, null, new LinkedHashMap<>(), 0);
    }

    /**
     * Weights that were packed before and lie in memory.
     *
     * @param entries offset and length of each, by key
     * @param used bytes that they take
     */
    public static Weights kept(
            Engine engine, Memory memory, Map<String, long[]> entries, long used) {
        Map<String, Place> packed = new LinkedHashMap<>();
        entries.forEach(
                (key, entry) -> {
                    if (entry.length != 2
                            || entry[0] < 0
                            || entry[1] < 0
                            || entry[0] > used - entry[1]) {
                        throw new IllegalArgumentException(key + " lies outside of the weights");
                    }
                    packed.put(key, Place.weights(entry[0], entry[1]));
                });
        return new Weights(engine, memory, packed, used);
    }

    /**
     * Packed weights.
     *
     * @param key the same for the same contents, packing and parameters
     * @param parameters of the packing, as in {@code ops.h}
     * @throws IllegalArgumentException if there is no such packing, or no room
     */
    public synchronized Place pack(String key, Packing packing, long[] parameters) {
        Place known = packed.get(key);
        if (known != null) {
            return known;
        }
        long bytes = engine.packedBytes(packing.number(), parameters);
        if (bytes <= 0) {
            throw new IllegalArgumentException("the library cannot pack " + packing);
        }
        Place place = take(bytes);
        if (memory != null) {
            engine.pack(packing.number(), parameters, memory.address() + used);
        }
        used += bytes;
        packed.put(key, place);
        return place;
    }

    /** Constants as they are: all remaining bytes of {@code contents}. */
    public synchronized Place constant(ByteBuffer contents) {
        if (contents.remaining() > COMPARED_BYTES) {
            return store(contents);
        }
        Place known = constants.get(contents);
        if (known != null) {
            return known;
        }
        ByteBuffer copy = ByteBuffer.allocate(contents.remaining());
        copy.put(contents.duplicate()).flip();
        Place place = store(copy);
        constants.put(copy, place);
        return place;
    }

    private Place store(ByteBuffer contents) {
        Place place = take(contents.remaining());
        if (memory != null) {
            memory.view(used, contents.remaining()).put(contents.duplicate());
        }
        used += contents.remaining();
        return place;
    }

    private Place take(long bytes) {
        used = (used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (memory != null && used + bytes > memory.bytes()) {
            throw new IllegalArgumentException(
                    "packed weights take more than the " + memory.bytes() + " bytes reserved");
        }
        return Place.weights(used, bytes);
    }

    /** Address of the first byte. */
    public long address() {
        return memory.address();
    }

    /** The memory itself. */
    public Memory memory() {
        return memory;
    }

    /** Bytes in use. */
    public synchronized long used() {
        return used;
    }

    /** What was packed, by key: offset and length. */
    public synchronized Map<String, long[]> entries() {
        Map<String, long[]> entries = new LinkedHashMap<>();
        packed.forEach(
                (key, place) -> entries.put(key, new long[] {place.offset(), place.bytes()}));
        return entries;
    }

    /** What comes from now on lies behind so many bytes; returns them. */
    public synchronized long seal(long bytes) {
        used = Math.max(used, bytes);
        return used;
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
