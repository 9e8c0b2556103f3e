package ai.tenon.http.internal.management;

import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.web.Access;
import ai.tenon.http.internal.web.Current;
import ai.tenon.http.internal.web.Exchange;
import ai.tenon.http.internal.web.HttpError;
import ai.tenon.management.ManagementException;
import ai.tenon.management.Operation;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.Operations;
import ai.tenon.management.Request;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/** Asking the gateway's operations for a change, and waiting for it, on behalf of a request. */
public final class Changes {
    private final Access access;
    private final Limits limits;
    private final Semaphore waiting;
    private final Current<Operations> operations;

    public Changes(Current<Operations> operations, Access access, Limits limits) {
        this.operations = operations;
        this.access = access;
        this.limits = limits;
        this.waiting = new Semaphore(Math.max(1, limits.threads() / 8));
    }

    Operations operations() throws HttpError {
        return operations.get();
    }

    /**
     * Lets the request pass if it may change anything.
     *
     * @throws HttpError 401 or 403 if not
     */
    void require(Exchange exchange) throws HttpError {
        access.requireToken(exchange);
    }

    /** Asks for a change; {@code id} may be null. */
    Operation submit(Exchange exchange, String id, Request request) throws HttpError {
        try {
            return operations()
                    .submit(
                            id == null ? "http-" + UUID.randomUUID() : id,
                            "http " + exchange.request().getRemoteAddr(),
                            request);
        } catch (ManagementException e) {
            throw HttpError.of(e.kind(), e.getMessage());
        }
    }

    /** Waits for an operation, on this thread. */
    OperationInfo await(Operation operation, int seconds) throws HttpError {
        if (seconds == 0) {
            return operation.info();
        }
        if (!waiting.tryAcquire()) {
            throw HttpError.busy(
                    "too many requests wait for operations; ask again without 'wait': operation "
                            + operation.info().id());
        }
        try {
            return operation.await(Duration.ofSeconds(Math.min(seconds, limits.waitSeconds())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HttpError.unavailable("the gateway is stopping");
        } finally {
            waiting.release();
        }
    }

    /**
     * Makes a change and waits for its end.
     *
     * @throws HttpError if it fails, or does not end in time
     */
    void make(Exchange exchange, Request request) throws HttpError {
        OperationInfo info = await(submit(exchange, null, request), limits.waitSeconds());
        if (info.problem() != null) {
            throw HttpError.of(info.problem(), info.message());
        }
        if (!info.ended()) {
            throw new HttpError(
                    504,
                    "DEADLINE_EXCEEDED",
                    "it goes on; GET /tenon/v1/operations/" + info.id() + " says how it stands");
        }
        if (info.state() == OperationInfo.State.CANCELLED) {
            throw HttpError.of(ManagementException.Kind.CANCELLED, info.message());
        }
    }
}
