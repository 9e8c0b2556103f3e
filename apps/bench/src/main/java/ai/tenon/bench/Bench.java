package ai.tenon.bench;

import ai.tenon.management.ManagementException;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** Measures on this device, in this process; an OSGi service. One measurement at a time. */
@ProviderType
public interface Bench {
    /**
     * Runs a model on several candidates, interleaved.
     *
     * @param progress told in words what is being done
     * @throws ManagementException INVALID or NOT_FOUND if the request cannot be met, FAILED if a
     *     candidate fails; the message names it
     * @throws InterruptedException if the thread was interrupted; heeded between rounds, and while
     *     compiling where the backend does
     */
    Comparison compare(BenchRequest request, Consumer<String> progress)
            throws ManagementException, InterruptedException;

    /**
     * Where the time of each candidate goes, layer by layer. The candidates run one after the
     * other.
     *
     * @param request as for {@link #compare}, the time and the rounds being those of each
     *     candidate; endpoints cannot tell
     * @throws ManagementException as for {@link #compare}
     * @throws InterruptedException as for {@link #compare}, but between runs
     */
    List<Layers> layers(BenchRequest request, Consumer<String> progress)
            throws ManagementException, InterruptedException;

    /**
     * What an endpoint adds to a call of the executable behind it, for a model of one operator.
     *
     * @param backend {@code name[@version]}
     * @param progress told in words what is being done
     * @throws ManagementException as for {@link #compare}
     */
    Overhead overhead(String backend, Consumer<String> progress)
            throws ManagementException, InterruptedException;
}
