package ai.tenon.inference;

import ai.tenon.graph.Tensor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A reusable request to an endpoint. Used by one thread at a time, except {@link #cancel}.
 *
 * <pre>{@code
 * try (Call call = endpoint.newCall()) {
 *     call.input(0, tokens).timeoutNanos(50_000_000L).run();
 *     use(call.output(0));
 * }
 * }</pre>
 */
@ProviderType
public interface Call extends AutoCloseable {
    /**
     * Sets an input for the following runs.
     *
     * @param index position in the endpoint's signature
     * @param tensor little-endian, row-major; a direct buffer is used without a copy and must not
     *     change during the run
     */
    Call input(int index, Tensor tensor);

    /** How long the following runs may take, waiting included; 0 for the endpoint's default. */
    Call timeoutNanos(long nanos);

    /**
     * Runs on the caller's thread, with whatever deployment is current. Holds its outputs, and with
     * them an execution context, until {@link #release}, the next run or {@link #close}.
     *
     * @throws InferenceException by code; the call can be used again
     */
    void run() throws InferenceException;

    /**
     * As {@link #run}, on a thread of {@code executor}.
     *
     * @return completes exceptionally with an {@link InferenceException}
     */
    CompletableFuture<Void> runAsync(Executor executor);

    /**
     * An output of the last run, valid until its release.
     *
     * @param index position in the endpoint's signature
     * @throws IllegalStateException if there is no run whose outputs are held
     */
    Tensor output(int index);

    /** What answered the last run, {@code name@version}; empty before the first. */
    String backend();

    /**
     * From any thread: stops a run that waits, and one that runs if the backend can; it fails with
     * CANCELLED.
     */
    void cancel();

    /** Gives the outputs and their context back. Harmless if nothing is held. */
    void release();

    /** Releases; the call cannot be used any more. */
    @Override
    void close();
}
