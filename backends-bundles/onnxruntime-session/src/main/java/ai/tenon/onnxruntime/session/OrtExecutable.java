package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OrtException;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.Signature;

/**
 * A session and its contexts. The session is freed when both it and its last context are closed.
 */
final class OrtExecutable implements Executable {
    private final String model;
    private final Signature signature;
    private final SessionOwner owner;
    private int contexts;
    private boolean closed;

    OrtExecutable(String model, Signature signature, SessionOwner owner) {
        this.model = model;
        this.signature = signature;
        this.owner = owner;
    }

    /** What messages call the model. */
    String model() {
        return model;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public synchronized ExecutionContext newContext() throws BackendException {
        if (closed) {
            throw OrtErrors.closed(model, "the executable");
        }
        try {
            ExecutionContext context = new OrtContext(this, owner, signature);
            contexts++;
            return context;
        } catch (OrtException e) {
            throw OrtErrors.running(model, e);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            freeWhenUnused();
        }
    }

    synchronized void contextClosed() {
        contexts--;
        freeWhenUnused();
    }

    private void freeWhenUnused() {
        if (!closed || contexts > 0) {
            return;
        }
        try {
            owner.close();
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "the session of model '" + model + "' cannot be freed: " + e.getMessage(), e);
        }
    }
}
