package ai.tenon.onnx.internal;

import ai.tenon.model.ModelFormatException;

/**
 * Where in a file something stands, as in {@code graph.node[3].attribute[0]}; made into text only
 * when there is something to say.
 */
record Place(Place parent, String field, int index) {
    /** The whole file. */
    static final Place FILE = new Place(null, "", -1);

    Place at(String name) {
        return new Place(this, name, -1);
    }

    Place at(String name, int at) {
        return new Place(this, name, at);
    }

    ModelFormatException error(String message) {
        return new ModelFormatException(toString(), message);
    }

    ModelFormatException error(RuntimeException cause) {
        return new ModelFormatException(toString(), cause.getMessage(), cause);
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
