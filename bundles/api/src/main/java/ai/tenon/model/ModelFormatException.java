package ai.tenon.model;

import java.io.IOException;

/** A model file is not what its format demands, or asks for more than it may. */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String place;

    /**
     * @param place where in the file, as in {@code graph.node[3].attribute[0]}; empty when the
     *     whole file is meant
     * @param message what is wrong there, and what is allowed
     */
    public ModelFormatException(String place, String message) {
        super(place.isEmpty() ? message : place + ": " + message);
        this.place = place;
    }

    public ModelFormatException(String place, String message, Throwable cause) {
        this(place, message);
        initCause(cause);
    }

    /** Where in the file; empty when the whole file is meant. */
    public String place() {
        return place;
    }
}
