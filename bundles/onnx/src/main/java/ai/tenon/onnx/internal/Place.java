package ai.tenon.onnx.internal;

import ai.tenon.model.ModelFormatException;
import java.util.regex.Pattern;

/**
 * Where in a file something stands, as in {@code graph.node[3].attribute[0]}; made into text only
 * when there is something to say.
 */
record Place(Place parent, String field, int index) {
    private static final int MAX_TEXT = 500;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** The whole file. */
    static final Place FILE = new Place(null, "", -1);

    Place at(String name) {
        return new Place(this, name, -1);
    }

    Place at(String name, int at) {
        return new Place(this, name, at);
    }

    ModelFormatException error(String message) {
        return new ModelFormatException(printable(toString()), printable(message));
    }

    ModelFormatException error(String message, Exception cause) {
        return new ModelFormatException(printable(toString()), printable(message), cause);
    }

    ModelFormatException error(RuntimeException cause) {
        return error(cause.getMessage(), cause);
    }

    /** Names in hostile files can be long, and can hold what a log or a terminal obeys. */
    private static String printable(String text) {
        String brief = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
        return CONTROL.matcher(brief).replaceAll("?");
    }

    @Override
    public String toString() {
        if (parent == null) {
            return field;
        }
        String before = parent.toString();
        return (before.isEmpty() ? "" : before + ".")
                + field
                + (index < 0 ? "" : "[" + index + "]");
    }
}
