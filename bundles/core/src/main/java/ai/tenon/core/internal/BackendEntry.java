package ai.tenon.core.internal;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.core.internal.placement.Candidate;
import ai.tenon.management.BackendRef;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** A backend service with its identity: its name, and the version of the bundle that brought it. */
final class BackendEntry implements Candidate {
    private final Backend backend;
    private final BackendDescription description;
    private final Version version;
    private final long bundleId;
    private final String label;
    private volatile boolean leaving;

    BackendEntry(ServiceReference<Backend> reference, Backend backend) {
        this.backend = backend;
        this.description = backend.description();
        this.version = reference.getBundle().getVersion();
        this.bundleId = reference.getBundle().getBundleId();
        this.label = description.name() + "@" + version;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public BackendDescription description() {
        return description;
    }

    String name() {
        return description.name();
    }

    Version version() {
        return version;
    }

    long bundleId() {
        return bundleId;
    }

    @Override
    public String label() {
        return label;
    }

    /** True once it is going away, or is about to: nothing new is to be deployed on it. */
    boolean isLeaving() {
        return leaving;
    }

    void leave() {
        leaving = true;
    }

    boolean matches(BackendRef ref) {
        return ref.name().equals(name())
                && (ref.version().isEmpty() || ref.version().equals(version.toString()));
    }

    @Override
    public String toString() {
        return label;
    }
}
