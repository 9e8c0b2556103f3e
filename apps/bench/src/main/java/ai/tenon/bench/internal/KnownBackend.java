package ai.tenon.bench.internal;

import ai.tenon.backend.Backend;
import ai.tenon.management.BackendRef;
import org.osgi.framework.Version;

/** A backend and the version of its bundle, which together are its identity. */
record KnownBackend(Backend backend, Version version) {
    String name() {
        return backend.description().name();
    }

    BackendRef reference() {
        return new BackendRef(name(), version.toString());
    }

    boolean answersTo(BackendRef wanted) {
        return wanted.name().equals(name())
                && (wanted.version().isEmpty() || wanted.version().equals(version.toString()));
    }
}
