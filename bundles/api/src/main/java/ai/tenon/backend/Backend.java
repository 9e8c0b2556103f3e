package ai.tenon.backend;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to run models on some hardware; an OSGi service, registered when it is ready to compile.
 *
 * <p>Several versions of a backend may live side by side; each is known by its name and the version
 * of its bundle. Methods are called from worker threads, possibly several at once.
 */
@ConsumerType
public interface Backend {
    /** What this backend is and can do; constant while the service is registered. */
    BackendDescription description();

    /**
     * Says for every node of the model whether this backend runs it and, where not, why. Cheap:
     * nothing is compiled.
     *
     * @throws BackendException if the model cannot be read
     */
    SupportReport support(ModelSource source) throws BackendException;

    /**
     * What the compiled model would take, before it is compiled; {@link MemoryEstimate#UNKNOWN} if
     * that cannot be said.
     *
     * @throws BackendException if the model cannot be read
     */
    default MemoryEstimate estimate(ModelSource source, CompileOptions options)
            throws BackendException {
        return MemoryEstimate.UNKNOWN;
    }

    /**
     * Compiles a model; may take minutes. The source stays readable until the executable is closed.
     *
     * @param options with settings of which those that the backend does not know are refused
     * @param monitor told of progress, and asked now and then whether to give up
     * @throws BackendException by class of error; nothing is left behind
     */
    Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException;

    /**
     * Whether a compiled blob in {@link CompileOptions#cacheFolder} serves for this model on this
     * device.
     *
     * @throws BackendException if the blob cannot be read
     */
    default BlobVerdict verdict(ModelSource source, CompileOptions options)
            throws BackendException {
        return BlobVerdict.NOT_APPLICABLE;
    }

    /** Asks the hardware for a power mode. */
    default PowerAnswer setPower(PowerProfile profile) {
        return PowerAnswer.UNSUPPORTED;
    }

    /** What the hardware says of itself now; empty if it says nothing. */
    default List<Reading> telemetry() {
        return List.of();
    }
}
