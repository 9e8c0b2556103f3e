package ai.tenon.core.internal;

import ai.tenon.core.internal.GoldenCheck.Golden;
import ai.tenon.inference.Endpoint;
import ai.tenon.management.DeploymentSpec;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.ServiceRegistration;

/** What the reconciler knows of an endpoint. Only its thread touches this. */
final class Managed {
    final ManagedEndpoint endpoint;
    final ServiceRegistration<Endpoint> registration;

    /** Backends that could not serve what is desired now, with the reason. */
    final Map<BackendEntry, String> failures = new HashMap<>();

    DeploymentSpec desired;
    Golden golden;

    /** The preparation under way; null if there is none. */
    Job job;

    Managed(
            ManagedEndpoint endpoint,
            ServiceRegistration<Endpoint> registration,
            DeploymentSpec desired) {
        this.endpoint = endpoint;
        this.registration = registration;
        this.desired = desired;
    }

    /** Asks for something else from now on. */
    void desire(DeploymentSpec spec) {
        if (!spec.equals(desired)) {
            desired = spec;
            failures.clear();
            cancelJob();
        }
    }

    void cancelJob() {
        if (job != null) {
            job.cancelled = true;
            job = null;
        }
    }

    /** A preparation by the reconciler's own decision. */
    static final class Job {
        final DeploymentSpec spec;
        final BackendEntry backend;
        volatile boolean cancelled;

        Job(DeploymentSpec spec, BackendEntry backend) {
            this.spec = spec;
            this.backend = backend;
        }
    }
}
