package ai.tenon.cpu.internal.plan;

import ai.tenon.backend.BackendException;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.engine.Memory;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * An executable's weights as operators read them, and its constants, in one piece of memory. What
 * belongs to the model is stored once, found again by its key, and stays; what belongs to plans
 * stays as long as one of them uses it.
 */
public final class Weights implements AutoCloseable {
    /** So do the keys of the model's own constants begin. */
    private static final String NAMED = "constant ";

    private final Engine engine;
    private final Memory memory;
    private final Room room;
    private final Map<String, Place> stored = new LinkedHashMap<>();
    private final Constants constants;
    private int packings;

    private Weights(Engine engine, Memory memory, long used) {
        this.engine = engine;
        this.memory = memory;
        room = new Room(memory == null ? Long.MAX_VALUE : memory.bytes(), used);
        constants = new Constants(memory, room);
        constants.seal(used);
    }

    /**
     * Room for weights.
     *
     * @param capacity bytes that they may take; memory is taken only as it is filled
     */
    public static Weights empty(Engine engine, long capacity) throws BackendException {
        return new Weights(engine, Memory.reserve(capacity), 0);
    }

    /** Nothing is packed: only for finding out whether a model can be lowered. */
    public static Weights dry(Engine engine) {
        return new Weights(engine, null, 0);
    }

    /**
     * Weights that were packed before and lie in memory.
     *
     * @param entries offset and length of each, by key
     * @param used bytes that they take
     */
    public static Weights kept(
            Engine engine, Memory memory, Map<String, long[]> entries, long used) {
        Weights weights = new Weights(engine, memory, used);
        entries.forEach(
                (key, entry) -> {
                    if (entry.length != 2
                            || entry[0] < 0
                            || entry[1] < 0
                            || entry[0] > used - entry[1]) {
                        throw new IllegalArgumentException(key + " lies outside of the weights");
                    }
                    Place place = Place.weights(entry[0], entry[1]);
                    if (!weights.constants.take(key, place)) {
                        weights.stored.put(key, place);
                    }
                });
        return weights;
    }

    /** What a plan to be made will use. */
    public Holding hold() {
        return new Holding(this);
    }

    /**
     * Packed weights.
     *
     * @param key the same for the same contents, packing and parameters
     * @param unpacked what to pack; asked for only if the key is new
     * @throws IllegalArgumentException if there is no such packing, or no room
     */
    synchronized Place pack(String key, Packing packing, Supplier<Unpacked> unpacked) {
        Place known = stored.get(key);
        if (known != null) {
            return known;
        }
        Unpacked given = unpacked.get();
        long bytes = engine.packedBytes(packing.number(), given.parameters());
        if (bytes <= 0) {
            throw new IllegalArgumentException("the library cannot pack " + packing);
        }
        Place place = Place.weights(room.take(bytes), bytes);
        if (memory != null) {
            engine.pack(packing.number(), given.parameters(), memory.address() + place.offset());
        }
        Reference.reachabilityFence(given);
        packings++;
        stored.put(key, place);
        return place;
    }

    /**
     * A constant of the model as it is: all remaining bytes of {@code contents}, which are read
     * only if the name is new.
     */
    synchronized Place named(String name, ByteBuffer contents) {
        return stored.computeIfAbsent(
                NAMED + name,
                key -> {
                    packings++;
                    return constants.use(contents).place();
                });
    }

    synchronized boolean hasPacked(String key) {
        return stored.containsKey(key);
    }

    synchronized boolean hasNamed(String name) {
        return stored.containsKey(NAMED + name);
    }

    /**
     * A constant with one user more, unless it is among those that the user has, to which it is
     * added.
     */
    synchronized Constants.Constant use(ByteBuffer contents, Set<Constants.Constant> had) {
        Constants.Constant constant = constants.use(contents);
        if (!had.add(constant)) {
            constants.release(constant);
        }
        return constant;
    }

    /** Bytes of those constants that have no other user. */
    synchronized long alone(Set<Constants.Constant> of) {
        return of.stream()
                .filter(Constants.Constant::isUsedOnce)
                .mapToLong(each -> each.place().bytes())
                .sum();
    }

    synchronized void release(Set<Constants.Constant> users) {
        users.forEach(constants::release);
        users.clear();
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
        return room.end();
    }

    /** How often something was stored that stays, what was kept not counted. */
    public synchronized int packings() {
        return packings;
    }

    /** What is stored, by key: offset and length. */
    public synchronized Map<String, long[]> entries() {
        Map<String, long[]> entries = new LinkedHashMap<>();
        stored.forEach(
                (key, place) -> entries.put(key, new long[] {place.offset(), place.bytes()}));
        constants.list(entries);
        return entries;
    }

    /** What there is stays, and what comes from now on lies behind so many bytes; returns them. */
    public synchronized long seal(long bytes) {
        room.seal(bytes);
        constants.seal(room.end());
        return room.end();
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
