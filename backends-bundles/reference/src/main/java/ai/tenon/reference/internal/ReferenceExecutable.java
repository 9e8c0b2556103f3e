package ai.tenon.reference.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.MemoryEstimate;
import ai.tenon.backend.Signature;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;

/** A bound model; its weights stay where the model keeps them. */
final class ReferenceExecutable implements Executable {
    private final String name;
    private final Signature signature;
    private volatile Bound bound;

    /** A plan and what its constant slots hold; null elements are computed. */
    record Bound(Plan plan, Datum[] constants) {}

    ReferenceExecutable(String name, Signature signature, Bound bound) {
        this.name = name;
        this.signature = signature;
        this.bound = bound;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public ExecutionContext newContext() throws BackendException {
        Bound current = bound;
        if (current == null) {
            throw new BackendException(
                    ErrorClass.RECOMPILE, "the executable of model '" + name + "' is closed");
        }
        return new ReferenceContext(name, current);
    }

    @Override
    public MemoryEstimate memory() {
        Bound current = bound;
        long weights = 0;
        if (current != null) {
            for (Datum constant : current.constants()) {
                weights += constant instanceof Tensor tensor ? tensor.byteSize() : 0;
            }
        }
        return new MemoryEstimate(weights, -1);
    }

    @Override
    public void close() {
        bound = null;
    }
}
