package ai.tenon.core.internal;

import ai.tenon.backend.Executable;
import ai.tenon.backend.Signature;
import ai.tenon.management.DeploymentSpec;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model compiled by one backend, with its contexts and those who use it: what an endpoint points
 * to.
 */
final class Deployment {
    private final DeploymentSpec spec;
    private final BackendEntry backend;
    private final Executable executable;
    private final Signature signature;
    private final ContextPool contexts;
    private final Leases leases = new Leases();
    private final String check;
    private final String recipeNote;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final long sinceMillis = System.currentTimeMillis();

    /**
     * @param check what checking it against golden tensors said, for people
     * @param recipeNote what its recipe did; empty without one
     */
    Deployment(
            DeploymentSpec spec,
            BackendEntry backend,
            Executable executable,
            ContextPool contexts,
            String check,
            String recipeNote) {
        this.spec = spec;
        this.backend = backend;
        this.executable = executable;
        this.signature = executable.signature();
        this.contexts = contexts;
        this.check = check;
        this.recipeNote = recipeNote;
    }

    DeploymentSpec spec() {
        return spec;
    }

    BackendEntry backend() {
        return backend;
    }

    Executable executable() {
        return executable;
    }

    Signature signature() {
        return signature;
    }

    ContextPool contexts() {
        return contexts;
    }

    Leases leases() {
        return leases;
    }

    /** Counts a call that the backend failed on; returns how many there were in a row. */
    int failedOnce() {
        return failuresInARow.incrementAndGet();
    }

    /** A call was answered. */
    void succeededOnce() {
        if (failuresInARow.get() != 0) {
            failuresInARow.set(0);
        }
    }

    String check() {
        return check;
    }

    String recipeNote() {
        return recipeNote;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    /** True if this is what {@code wanted} asks for, whatever its pin. */
    boolean serves(DeploymentSpec wanted) {
        return spec.model().sha256().equals(wanted.model().sha256())
                && spec.recipe().equals(wanted.recipe())
                && spec.settings().equals(wanted.settings());
    }

    /** Frees everything; only once no lease is held. */
    void close() {
        try {
            contexts.close();
        } finally {
            executable.close();
        }
    }
}
