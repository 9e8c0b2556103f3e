package ai.tenon.device.probe;

/** Writes one clause of a Provide-Capability header. */
final class Clause {
    private final StringBuilder header = new StringBuilder();

    Clause(String namespace) {
        header.append(namespace);
    }

    Clause text(String name, String value) {
        header.append(';').append(name).append('=');
        return quoted(value);
    }

    Clause number(String name, long value) {
        return typed(name, "Long", Long.toString(value));
    }

    Clause typed(String name, String type, String value) {
        header.append(';').append(name).append(':').append(type).append('=');
        return quoted(value);
    }

    String end() {
        return header.toString();
    }

    /** A quoted-string of the OSGi header syntax (Core specification, 1.3.2). */
    private Clause quoted(String value) {
        header.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                header.append('\\');
            }
            header.append(Character.isISOControl(c) ? ' ' : c);
        }
        header.append('"');
        return this;
    }
}
