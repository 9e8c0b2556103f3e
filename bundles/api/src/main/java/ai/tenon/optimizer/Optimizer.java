package ai.tenon.optimizer;

import ai.tenon.backend.BackendException;
import org.osgi.annotation.versioning.ProviderType;

/** Turns a model into what this device should run, by measuring; an OSGi service. */
@ProviderType
public interface Optimizer {
    /**
     * Optimises a model. What it returns is never slower than what it was given, unless the request
     * names a scheme, which is then applied as asked.
     *
     * @param monitor told of progress; once it says stop, the best so far is returned
     * @throws IllegalArgumentException if the request cannot be met: an unknown scheme, pass,
     *     metric or backend, or data that do not fit the model; the message names it and the way
     *     out
     * @throws BackendException if the model does not run on the chosen backend
     */
    OptimizeResult optimize(OptimizeRequest request, OptimizeMonitor monitor)
            throws BackendException;
}
