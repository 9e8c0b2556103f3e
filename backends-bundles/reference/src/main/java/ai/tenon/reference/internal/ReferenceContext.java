package ai.tenon.reference.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;
import ai.tenon.reference.internal.ReferenceExecutable.Bound;
import ai.tenon.reference.internal.op.Frame;
import java.util.Arrays;

/** Runs a plan node by node. Results are new tensors on the heap at every run. */
final class ReferenceContext implements ExecutionContext {
    private final String model;
    private Bound bound;
    private final Datum[] slots;
    private Datum[] outputs;

    ReferenceContext(String model, Bound bound) {
        this.model = model;
        this.bound = bound;
        slots = new Datum[bound.constants().length];
    }

    @Override
    public void run(Tensor[] inputs, RunControl control) throws BackendException {
        if (bound == null) {
            throw new BackendException(
                    ErrorClass.FATAL, "the context of model '" + model + "' is closed");
        }
        outputs = null;
        System.arraycopy(bound.constants(), 0, slots, 0, slots.length);
        try {
            outputs = bound.plan().run(inputs, new Frame(slots, control));
        } catch (StoppedException e) {
            throw new BackendException(
                    ErrorClass.CANCELLED, "model '" + model + "' " + e.getMessage());
        } catch (NodeException e) {
            throw new BackendException(
                    ErrorClass.INVALID_INPUT,
                    "model '" + model + "', node " + e.getMessage(),
                    e.getCause());
        } finally {
            Arrays.fill(slots, null);
        }
    }

    @Override
    public Tensor output(int index) {
        if (outputs == null) {
            throw new IllegalStateException("nothing has been run");
        }
        return (Tensor) outputs[index];
    }

    @Override
    public void close() {
        outputs = null;
        bound = null;
    }
}
