package ai.tenon.cpu.internal.engine;

import ai.tenon.backend.RunControl;
import java.nio.ByteBuffer;

/**
 * The native library's functions (src/main/native/engine/jni.c). Handles and addresses are plain
 * numbers: whoever holds one sees to it that it is released once, and not used afterwards.
 */
public final class Library {
    /** Outcomes of {@link #run}. */
    static final int DONE = 0;

    static final int FAILED = 1;
    static final int STOPPED = 2;

    private Library() {}

    /** Chooses the kernels; null for the newest set. Its name, or null if it is not there. */
    static native String choose(String isa);

    /** Instruction sets that this processor has, oldest first, separated by commas. */
    static native String present();

    /** Identifies the sources that the library was compiled from. */
    static native String build();

    /** Bytes of packed weights; 0 if the library has no such packing. */
    static native long packedBytes(int kind, long[] parameters);

    static native void pack(int kind, long[] parameters, long target);

    /** Where a direct buffer's memory begins. */
    static native long address(ByteBuffer buffer);

    /** A buffer over memory that somebody else owns. */
    static native ByteBuffer buffer(long address, long bytes);

    /** Address space that becomes memory, filled with zeros, where it is touched; 0 if refused. */
    static native long reserve(long bytes);

    static native void release(long address, long bytes);

    /** Puts a part of a file, read-only, in the place of reserved memory. */
    static native boolean mapOver(String path, long offset, long bytes, long address);

    /**
     * Gives back whole pages of this range that are mapped from files and shared, so that nothing
     * is lost: they are read again where they are touched. Leaves all others as they are.
     */
    static native void releasePages(long address, long bytes);

    static native long newPool(int limit, ByteBuffer budget, boolean pin);

    static native void freePool(long pool);

    static native long newPlan(long[] code);

    static native void freePlan(long plan);

    static native long newRun(
            long plan, long weights, long arena, long pointers, int inputs, long pool, int threads);

    static native void freeRun(long run);

    static native int run(long run, RunControl control);

    /** A run that notes how long each operator took, in nanoseconds. */
    static native int profile(long run, RunControl control, long[] nanos);

    /** What the last run failed at, in words. */
    static native String error(long run);

    /** Number of the operator at which the last run ended. */
    static native long at(long run);

    /**
     * What this machine can do at most: 0 fp32, 1 int8, 2 bf16 (operations/s), 3 memory (bytes/s).
     */
    static native double peak(int kind, long pool, int threads);
}
