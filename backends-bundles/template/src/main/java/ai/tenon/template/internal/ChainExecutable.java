package ai.tenon.template.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.Signature;
import java.util.List;

/** A compiled chain. It owns no native memory, so closing only refuses what comes after. */
final class ChainExecutable implements Executable {
    private final String model;
    private final Signature signature;
    private final Unary[] chain;
    private volatile boolean closed;

    ChainExecutable(String model, Signature signature, List<Unary> chain) {
        this.model = model;
        this.signature = signature;
        this.chain = chain.toArray(Unary[]::new);
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public ExecutionContext newContext() throws BackendException {
        if (closed) {
            throw new BackendException(
                    ErrorClass.RECOMPILE, "model '" + model + "' is closed; compile it again");
        }
        return new ChainContext(chain);
    }

    @Override
    public void close() {
        closed = true;
    }
}
