package ai.tenon.backend;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A compiled model: weights and plan, shared by any number of contexts. Safe for use by several
 * threads.
 *
 * <p>The runtime closes it after its last context; closing twice is harmless, using it afterwards a
 * typed error.
 */
@ConsumerType
public interface Executable extends AutoCloseable {
    /** Inputs and outputs in the order in which they are passed. */
    Signature signature();

    /**
     * A new context with working memory of its own.
     *
     * @throws BackendException if there is no memory for it, or the executable is closed
     */
    ExecutionContext newContext() throws BackendException;

    /** What the executable takes now, its contexts not included. */
    default MemoryEstimate memory() {
        return MemoryEstimate.UNKNOWN;
    }

    /** Frees all that the executable owns. */
    @Override
    void close();
}
