package ai.tenon.backend;

import ai.tenon.graph.Tensor;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The working memory of one run at a time. Used by one thread at a time; with {@link
 * BackendDescription.Trait#THREAD_BOUND} always by the one that made it.
 */
@ConsumerType
public interface ExecutionContext extends AutoCloseable {
    /**
     * Runs the model on the caller's thread. Allocates nothing in the steady state, that is when
     * the inputs have the shapes of the run before.
     *
     * @param inputs by position; types and shapes have been checked against the signature;
     *     little-endian buffers, direct ones are used without a copy
     * @param control the caller's deadline and cancel flag
     * @throws BackendException by class of error; the context stays usable unless the class is
     *     FATAL
     */
    void run(Tensor[] inputs, RunControl control) throws BackendException;

    /**
     * An output of the last run. It belongs to the context and is valid until the next run or
     * close.
     *
     * @param index position in {@link Signature#outputs}
     * @throws IllegalStateException if nothing has been run
     */
    Tensor output(int index);

    /**
     * Lets following runs write an output into the caller's tensor.
     *
     * @return false if this backend cannot ({@link BackendDescription.Trait#CALLER_OUTPUTS})
     */
    default boolean bindOutput(int index, Tensor target) {
        return false;
    }

    /**
     * Runs the model as {@link #run} does, and tells how long each layer took.
     *
     * @return empty if this backend cannot tell
     * @throws BackendException as {@link #run}
     */
    default Optional<LayerProfile> profile(Tensor[] inputs, RunControl control)
            throws BackendException {
        return Optional.empty();
    }

    /** The asynchronous facet; empty if the backend has none. */
    default Optional<Async> async() {
        return Optional.empty();
    }

    /** Frees all that the context owns. Closing twice is harmless. */
    @Override
    void close();

    /** Running without a thread that waits. */
    @ConsumerType
    interface Async {
        /**
         * Starts a run; the context is busy until the stage completes. Parameters and errors as
         * {@link ExecutionContext#run}.
         */
        CompletionStage<Void> submit(Tensor[] inputs, RunControl control);
    }
}
