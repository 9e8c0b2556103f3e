package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.core.internal.placement.CutExecutable.Wiring;
import ai.tenon.graph.Tensor;
import java.util.List;

/**
 * Runs the parts of a model one after the other on the caller's thread. An output of one is the
 * input of others: nothing is copied, and nothing allocated.
 */
final class CutContext implements ExecutionContext {
    private final CutExecutable executable;
    private final Wiring wiring;
    private final List<ExecutionContext> contexts;
    private final Tensor[] slots;
    private final Tensor[][] inputs;
    private boolean ran;
    private boolean closed;

    CutContext(CutExecutable executable, Wiring wiring, List<ExecutionContext> contexts) {
        this.executable = executable;
        this.wiring = wiring;
        this.contexts = List.copyOf(contexts);
        this.slots = new Tensor[wiring.slots()];
        this.inputs = new Tensor[contexts.size()][];
        for (int part = 0; part < inputs.length; part++) {
            inputs[part] = new Tensor[wiring.inputs()[part].length];
        }
    }

    @Override
    public void run(Tensor[] given, RunControl control) throws BackendException {
        ran = false;
        System.arraycopy(given, 0, slots, 0, given.length);
        for (int part = 0; part < inputs.length; part++) {
            if (control.shouldStop()) {
                throw new BackendException(
                        ErrorClass.CANCELLED,
                        "stopped before part " + (part + 1) + " of " + inputs.length);
            }
            run(part, control);
        }
        ran = true;
    }

    private void run(int part, RunControl control) throws BackendException {
        int[] from = wiring.inputs()[part];
        for (int i = 0; i < from.length; i++) {
            inputs[part][i] = slots[from[i]];
        }
        ExecutionContext context = contexts.get(part);
        try {
            context.run(inputs[part], control);
        } catch (BackendException e) {
            throw executable.blame(part, e);
        } catch (RuntimeException | Error e) {
            throw executable.blame(
                    part, new BackendException(ErrorClass.FATAL, String.valueOf(e), e));
        }
        int[] to = wiring.results()[part];
        for (int i = 0; i < to.length; i++) {
            slots[to[i]] = context.output(i);
        }
    }

    @Override
    public Tensor output(int index) {
        if (!ran) {
            throw new IllegalStateException("nothing has been run");
        }
        return slots[wiring.outputs()[index]];
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CutExecutable.closeOrThrow(contexts);
        }
    }
}
