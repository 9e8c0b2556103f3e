package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.MemoryEstimate;
import ai.tenon.backend.Signature;

/**
 * A model with its packed weights. They are freed when the executable and all of its contexts are
 * closed, whichever comes last.
 */
final class CpuExecutable implements Executable {
    private final Signature signature;
    private final Plans plans;
    private final int threads;
    private int users = 1;
    private boolean closed;

    CpuExecutable(Signature signature, Plans plans, int threads) {
        this.signature = signature;
        this.plans = plans;
        this.threads = threads;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public synchronized ExecutionContext newContext() throws BackendException {
        if (closed) {
            throw plans.closed();
        }
        CpuContext context = new CpuContext(this, plans, threads);
        users++;
        return context;
    }

    @Override
    public MemoryEstimate memory() {
        return new MemoryEstimate(plans.weights().used(), -1);
    }

    /** How often weights were packed, or constants of the model stored; not those found packed. */
    int packings() {
        return plans.weights().packings();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        plans.close();
        release();
    }

    /** A context was closed, or the executable itself. */
    synchronized void release() {
        if (--users == 0) {
            plans.weights().close();
        }
    }
}
