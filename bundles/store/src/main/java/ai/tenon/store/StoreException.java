package ai.tenon.store;

import java.io.IOException;

/** Something on disk is not what it has to be, or must not be stored. */
public final class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message a sentence that names the file or value, and what is wrong with it
     */
    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
