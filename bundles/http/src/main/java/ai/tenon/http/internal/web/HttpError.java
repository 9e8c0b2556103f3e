package ai.tenon.http.internal.web;

import ai.tenon.inference.InferenceException;
import ai.tenon.management.ManagementException;

/**
 * A request that is answered with an error: a status, a word for machines, a sentence for people.
 */
public final class HttpError extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 900;

    private final int status;
    private final String kind;

    public HttpError(int status, String kind, String message) {
        super(shortened(message), null, false, false);
        this.status = status;
        this.kind = kind;
    }

    /** What clients sent is quoted in messages, however long it was. */
    private static String shortened(String message) {
        return message != null && message.length() > LONGEST
                ? message.substring(0, LONGEST) + "…"
                : message;
    }

    /** 400: the request makes no sense. */
    public static HttpError invalid(String message) {
        return new HttpError(400, "INVALID", message);
    }

    /** 404. */
    public static HttpError notFound(String message) {
        return new HttpError(404, "NOT_FOUND", message);
    }

    /** 429: too much at once. */
    public static HttpError busy(String message) {
        return new HttpError(429, "BUSY", message);
    }

    /** 503: what would answer is not there. */
    public static HttpError unavailable(String message) {
        return new HttpError(503, "UNAVAILABLE", message);
    }

    static HttpError tooLarge(String message) {
        return new HttpError(413, "INVALID", message);
    }

    /** What became of a call to an endpoint. */
    public static HttpError of(InferenceException e) {
        int status =
                switch (e.code()) {
                    case INVALID_INPUT -> 400;
                    case NOT_FOUND -> 404;
                    case BUSY -> 429;
                    case BACKEND_FAILED -> 500;
                    case UNAVAILABLE, CANCELLED, CLOSED -> 503;
                    case DEADLINE_EXCEEDED -> 504;
                };
        return new HttpError(status, e.code().name(), e.getMessage());
    }

    /** What became of a change that was asked for. */
    public static HttpError of(ManagementException.Kind kind, String message) {
        int status =
                switch (kind) {
                    case INVALID -> 400;
                    case REFUSED -> 403;
                    case NOT_FOUND -> 404;
                    case CONFLICT, NEEDS_RESTART, CANCELLED -> 409;
                    case BUSY -> 429;
                    case FAILED -> 500;
                };
        return new HttpError(status, kind.name(), message);
    }

    public int status() {
        return status;
    }

    /** The name of a {@link ManagementException.Kind} or {@link InferenceException.Code}. */
    public String kind() {
        return kind;
    }
}
