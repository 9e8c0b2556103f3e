package ai.tenon.core.internal;

import ai.tenon.core.internal.GoldenCheck.Golden;
import ai.tenon.core.internal.Preparer.NotPrepared;
import ai.tenon.inference.Endpoint;
import ai.tenon.management.DeploymentSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.ServiceRegistration;

/** What the reconciler knows of an endpoint. Only its thread touches this. */
final class Managed {
    final ManagedEndpoint endpoint;
    final ServiceRegistration<Endpoint> registration;

    /** Backends that could not serve what is desired now, with the reason. */
    final Map<BackendEntry, String> failures = new HashMap<>();

    /** Those of them that may serve once others are there to run what they do not run. */
    private final Set<BackendEntry> unplaced = new HashSet<>();

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
            unplaced.clear();
            cancelJob();
        }
    }

    /** A backend cannot serve what is desired now. */
    void failed(NotPrepared failure) {
        failures.put(failure.culprit(), failure.getMessage());
        if (failure.isUnplaced()) {
            unplaced.add(failure.culprit());
        }
    }

    /** A backend is gone, and nothing of its bundle is to be kept. */
    void forget(BackendEntry gone) {
        failures.remove(gone);
        unplaced.remove(gone);
    }

    /** Other backends are here now: what could not be placed among those before is tried again. */
    void placeAgain() {
        failures.keySet().removeAll(unplaced);
        unplaced.clear();
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

        /** The backends among which it is placed, the preferred ones first. */
        final List<BackendEntry> choice;

        volatile boolean cancelled;

        Job(DeploymentSpec spec, List<BackendEntry> choice) {
            this.spec = spec;
            this.choice = choice;
        }
    }
}
