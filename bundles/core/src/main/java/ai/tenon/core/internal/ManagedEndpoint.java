package ai.tenon.core.internal;

import ai.tenon.backend.Signature;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.EndpointStatistics;
import ai.tenon.inference.InferenceException;
import ai.tenon.inference.InferenceException.Code;
import java.util.function.BiConsumer;

/**
 * A name, and what answers under it at the moment. Switching is one volatile write by the
 * reconciler.
 */
final class ManagedEndpoint implements Endpoint {
    private final String name;

    /** So many failures in a row are no accident. */
    private static final int BROKEN = 5;

    private final BiConsumer<Deployment, String> broken;
    private final CallCounters counters = new CallCounters();
    private volatile Deployment current;
    private volatile EndpointState state = EndpointState.PREPARING;
    private volatile String reason = "its first deployment is being prepared";
    private volatile long defaultTimeoutNanos;

    /**
     * @param broken told, with the last failure, that a deployment fails call after call
     */
    ManagedEndpoint(String name, long defaultTimeoutNanos, BiConsumer<Deployment, String> broken) {
        this.name = name;
        this.broken = broken;
        this.defaultTimeoutNanos = defaultTimeoutNanos;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EndpointState state() {
        return state;
    }

    @Override
    public Signature signature() throws InferenceException {
        Deployment deployment = current;
        if (deployment == null) {
            throw unavailable();
        }
        return deployment.signature();
    }

    @Override
    public Call newCall() {
        return new EndpointCall(this);
    }

    @Override
    public EndpointStatistics statistics() {
        return counters.snapshot();
    }

    CallCounters counters() {
        return counters;
    }

    Deployment current() {
        return current;
    }

    /**
     * Why the endpoint does not serve, or why the last attempt to change it failed; empty if all is
     * well.
     */
    String reason() {
        return reason;
    }

    void note(String newReason) {
        reason = newReason;
    }

    long defaultTimeoutNanos() {
        return defaultTimeoutNanos;
    }

    void setDefaultTimeoutNanos(long nanos) {
        defaultTimeoutNanos = nanos;
    }

    /** Lets {@code next} answer from now on, and returns what answered before, or null. */
    Deployment switchTo(Deployment next) {
        Deployment before = current;
        current = next;
        state = EndpointState.SERVING;
        reason = "";
        return before;
    }

    /** Lets nothing answer, and returns what answered before, or null. */
    Deployment close(EndpointState why, String because) {
        Deployment before = current;
        // the reason first: whoever sees no deployment must find it
        reason = because;
        state = why;
        current = null;
        return before;
    }

    /** A backend failed on a call. */
    void failed(Deployment deployment, String how) {
        if (deployment.failedOnce() == BROKEN) {
            broken.accept(deployment, BROKEN + " calls in a row failed: " + how);
        }
    }

    InferenceException unavailable() {
        return new InferenceException(
                Code.UNAVAILABLE, "endpoint '" + name + "' is unavailable: " + reason);
    }
}
