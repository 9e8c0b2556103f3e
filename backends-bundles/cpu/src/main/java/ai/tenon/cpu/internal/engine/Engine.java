package ai.tenon.cpu.internal.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The loaded library with its kernels chosen, and its threads. One per bundle; closing it ends the
 * threads, and no run may follow.
 */
public final class Engine implements AutoCloseable {
    /**
     * Under this key the system properties hold a buffer that all versions of this bundle share:
     * how many more threads may work now. A type of the JDK's, so that nobody's classes are kept
     * alive.
     */
    private static final String BUDGET = "ai.tenon.cpu.thread-budget";

    /** What operators can be limited by. */
    public enum Peak {
        FP32("fp32", 0),
        INT8("int8", 1),
        BF16("bf16", 2),
        MEMORY("memory", 3);

        private final String key;
        private final int number;

        Peak(String key, int number) {
            this.key = key;
            this.number = number;
        }

        public String key() {
            return key;
        }
    }

    private final String isa;
    private final int threads;
    private final Map<Integer, Map<Peak, Double>> measured = new HashMap<>();
    private long pool;

    private Engine(String isa, int threads, long pool) {
        this.isa = isa;
        this.threads = threads;
        this.pool = pool;
    }

    /**
     * Loads the library and chooses kernels.
     *
     * @param wanted name of an instruction set; empty for the newest that the processor has
     * @param threads that may work at the same time in the whole process, callers not counted
     * @param pin whether they are bound to processors
     * @throws IllegalArgumentException if the processor does not have it; the message names those
     *     that it has
     * @throws UnsatisfiedLinkError if the bundle has no library for this device
     */
    public static Engine open(String wanted, int threads, boolean pin) {
        System.loadLibrary("tenon-cpu");
        String chosen = Library.choose(wanted.isEmpty() ? null : wanted);
        if (chosen == null) {
            throw new IllegalArgumentException(
                    "this processor has no instruction set '"
                            + wanted
                            + "'; it has "
                            + Library.present());
        }
        return new Engine(chosen, threads, Library.newPool(threads, budget(threads), pin));
    }

    private static ByteBuffer budget(int threads) {
        return (ByteBuffer)
                System.getProperties()
                        .computeIfAbsent(
                                BUDGET,
                                key ->
                                        ByteBuffer.allocateDirect(Integer.BYTES)
                                                .order(ByteOrder.nativeOrder())
                                                .putInt(0, threads));
    }

    /** Name of the newest instruction set in use. */
    public String isa() {
        return isa;
    }

    /** Identifies the build of the library: packed weights of another one are of no use. */
    public String build() {
        return Library.build();
    }

    /** All instruction sets that this processor has. */
    public String present() {
        return Library.present();
    }

    /** Threads that may help callers, at most. */
    public int threads() {
        return threads;
    }

    long pool() {
        return pool;
    }

    /** Bytes that weights take once packed; 0 if there is no such packing. */
    public long packedBytes(int kind, long[] parameters) {
        return Library.packedBytes(kind, parameters);
    }

    /** Packs weights into memory of that many bytes. */
    public void pack(int kind, long[] parameters, long target) {
        Library.pack(kind, parameters, target);
    }

    /** Where a direct buffer begins. */
    public static long address(ByteBuffer direct) {
        return Library.address(direct);
    }

    /**
     * What this machine can do at most with so many threads, measured when it is first asked for;
     * that takes some 100 ms for each.
     *
     * @return operations per second, for MEMORY bytes per second
     */
    public synchronized Map<Peak, Double> peaks(int count) {
        return measured.computeIfAbsent(
                count,
                key -> {
                    Map<Peak, Double> peaks = new EnumMap<>(Peak.class);
                    for (Peak peak : Peak.values()) {
                        peaks.put(peak, Library.peak(peak.number, pool, key));
                    }
                    return peaks;
                });
    }

    @Override
    public synchronized void close() {
        if (pool != 0) {
            Library.freePool(pool);
            pool = 0;
        }
    }
}
