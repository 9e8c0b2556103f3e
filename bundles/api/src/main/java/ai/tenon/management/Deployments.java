package ai.tenon.management;

import ai.tenon.backend.CompileMonitor;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** Endpoints and what serves them; an OSGi service of the core. Safe for use by several threads. */
@ProviderType
public interface Deployments {
    /** All endpoints, by name. */
    List<EndpointInfo> endpoints();

    /** All backends that are here, the preferred ones first. */
    List<BackendInfo> backends();

    /** What was unloaded lately, oldest first, and whether it is really gone. */
    List<RetiredInfo> retired();

    /**
     * Says what should be served, and returns: each deployment comes up as soon as a backend for it
     * is there. Endpoints that are not in {@code desired} go.
     */
    void restore(Collection<DeploymentSpec> desired);

    /**
     * Prepares, beside what serves now, all that {@code target} asks for: compiled, warmed up and
     * checked. Blocks; nothing visible changes.
     *
     * @param target all deployments that there should be afterwards
     * @param leaving ids of bundles whose backends are not to be used, because they are about to go
     * @param monitor told of progress; its cancelling ends the preparation
     * @throws ManagementException if one of them cannot be prepared, naming it and why; nothing is
     *     left behind
     */
    Prepared prepare(Collection<DeploymentSpec> target, Set<Long> leaving, CompileMonitor monitor)
            throws ManagementException;

    /** A change that is ready to be made. Exactly one of its methods is to be called, once. */
    @ProviderType
    interface Prepared {
        /**
         * Switches, one volatile write per endpoint, then drains what served before, within a
         * bound, and retires it. Cannot fail.
         *
         * @return a sentence per endpoint that changed, for people
         */
        List<String> commit();

        /** Throws away what was prepared. */
        void abort();
    }
}
