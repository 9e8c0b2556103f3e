package ai.tenon.core.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.Signature;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.InferenceException;
import ai.tenon.inference.InferenceException.Code;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * A call to an endpoint: takes a lease and a context, runs, and holds both until its outputs are
 * released.
 */
final class EndpointCall implements Call {
    private final ManagedEndpoint endpoint;
    private final RunControl control = new RunControl();
    private Tensor[] inputs = {};
    private long timeoutNanos;
    private boolean closed;

    private Deployment deployment;
    private int stripe;
    private ExecutionContext context;
    private String answeredBy = "";

    EndpointCall(ManagedEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public Call input(int index, Tensor tensor) {
        if (index >= inputs.length) {
            inputs = Arrays.copyOf(inputs, index + 1);
        }
        inputs[index] = tensor;
        return this;
    }

    @Override
    public Call timeoutNanos(long nanos) {
        timeoutNanos = nanos;
        return this;
    }

    @Override
    public void run() throws InferenceException {
        release();
        if (closed) {
            throw new InferenceException(
                    Code.CLOSED, "the call to endpoint '" + endpoint.name() + "' was closed");
        }
        long start = System.nanoTime();
        long timeout = timeoutNanos > 0 ? timeoutNanos : endpoint.defaultTimeoutNanos();
        control.reset(timeout > 0 ? start + timeout : Long.MAX_VALUE);
        try {
            lease();
            checkInputs(deployment.signature());
            context = deployment.contexts().acquire(endpoint.name(), control);
        } catch (InferenceException | RuntimeException | Error e) {
            endpoint.counters().rejected();
            release();
            throw e;
        }
        long begin = System.nanoTime();
        try {
            context.run(inputs, control);
        } catch (BackendException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            throw failed(
                    new BackendException(BackendException.ErrorClass.FATAL, String.valueOf(e), e));
        }
        long end = System.nanoTime();
        answeredBy = deployment.label();
        if (control.isExpired()) {
            endpoint.counters().late();
            release();
            throw expired();
        }
        deployment.succeededOnce();
        endpoint.counters().succeeded(begin - start, end - begin);
    }

    /** Leases what is current; if it is switched meanwhile, the next one. */
    private void lease() throws InferenceException {
        while (true) {
            Deployment candidate = endpoint.current();
            if (candidate == null) {
                throw endpoint.unavailable();
            }
            int entered = candidate.leases().enter();
            if (endpoint.current() == candidate) {
                deployment = candidate;
                stripe = entered;
                return;
            }
            candidate.leases().leave(entered);
        }
    }

    private void checkInputs(Signature signature) throws InferenceException {
        int wanted = signature.inputs().size();
        if (inputs.length != wanted) {
            throw invalid(
                    "takes "
                            + wanted
                            + " inputs "
                            + signature.inputs()
                            + ", given "
                            + inputs.length);
        }
        for (int i = 0; i < wanted; i++) {
            if (inputs[i] == null) {
                throw invalid("needs input " + signature.inputs().get(i));
            }
            if (!signature.inputs().get(i).accepts(inputs[i])) {
                throw invalid("takes " + signature.inputs().get(i) + ", given " + inputs[i]);
            }
        }
    }

    private InferenceException invalid(String what) {
        return new InferenceException(
                Code.INVALID_INPUT, "endpoint '" + endpoint.name() + "' " + what);
    }

    private InferenceException expired() {
        return new InferenceException(
                Code.DEADLINE_EXCEEDED,
                "endpoint '" + endpoint.name() + "' did not answer before the call's deadline");
    }

    private InferenceException failed(BackendException e) {
        Deployment failing = deployment;
        String by = failing.label();
        if (e.errorClass() == BackendException.ErrorClass.FATAL) {
            deployment.contexts().discard(context);
            context = null;
        }
        release();
        switch (e.errorClass()) {
            case CANCELLED:
                endpoint.counters().rejected();
                return control.isCancelled()
                        ? new InferenceException(
                                Code.CANCELLED,
                                "the call to endpoint '" + endpoint.name() + "' was cancelled",
                                e)
                        : expired();
            case INVALID_INPUT:
                endpoint.counters().rejected();
                return new InferenceException(
                        Code.INVALID_INPUT,
                        "endpoint '" + endpoint.name() + "' on " + by + ": " + e.getMessage(),
                        e);
            default:
                endpoint.counters().failed();
                endpoint.failed(failing, Trouble.words(e));
                return new InferenceException(
                        Code.BACKEND_FAILED,
                        "endpoint '"
                                + endpoint.name()
                                + "' failed on "
                                + by
                                + ": "
                                + Trouble.words(e),
                        e);
        }
    }

    @Override
    public CompletableFuture<Void> runAsync(Executor executor) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        run();
                    } catch (InferenceException e) {
                        throw new CompletionException(e);
                    }
                },
                executor);
    }

    @Override
    public Tensor output(int index) {
        if (context == null) {
            throw new IllegalStateException(
                    "no outputs are held: run first, and read them before release");
        }
        return context.output(index);
    }

    @Override
    public String backend() {
        return answeredBy;
    }

    @Override
    public void cancel() {
        control.cancel();
    }

    @Override
    public void release() {
        Deployment leased = deployment;
        if (leased == null) {
            return;
        }
        if (context != null) {
            leased.contexts().release(context);
            context = null;
        }
        deployment = null;
        leased.leases().leave(stripe);
    }

    @Override
    public void close() {
        closed = true;
        release();
        inputs = new Tensor[0];
    }
}
