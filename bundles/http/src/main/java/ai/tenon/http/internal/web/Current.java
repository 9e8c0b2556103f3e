package ai.tenon.http.internal.web;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A service that may come, go and be replaced at any time.
 *
 * @param <T> its type
 */
public final class Current<T> {
    private final String what;
    private final AtomicReference<T> service = new AtomicReference<>();

    /**
     * @param what it is, for people
     */
    public Current(String what) {
        this.what = what;
    }

    /** It has come. */
    public void set(T come) {
        service.set(come);
    }

    /** It is going; its successor may have come already. */
    public void unset(T going) {
        service.compareAndSet(going, null);
    }

    /**
     * The service.
     *
     * @throws HttpError 503 if it is not there
     */
    public T get() throws HttpError {
        T current = service.get();
        if (current == null) {
            throw HttpError.unavailable("this gateway's " + what + " is not there at the moment");
        }
        return current;
    }
}
