package ai.tenon.graph;

/**
 * One dimension of a declared shape: a known length, a named one (the same name means the same
 * length throughout a graph), or an unknown one.
 *
 * @param length at least 0, or -1 when not known
 * @param symbol the name of a length that is not known; null otherwise
 */
public record Dimension(long length, String symbol) {
    /** A dimension of which nothing is known. */
    public static final Dimension UNKNOWN = new Dimension(-1, null);

    public Dimension {
        if (length < -1 || length >= 0 && symbol != null) {
            throw new IllegalArgumentException(
                    "dimension of length " + length + " named " + symbol);
        }
    }

    /** A dimension of known length. */
    public static Dimension of(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("negative dimension " + length);
        }
        return new Dimension(length, null);
    }

    /** A named dimension of unknown length. */
    public static Dimension named(String symbol) {
        return new Dimension(-1, symbol);
    }

    /** True if the length is known. */
    public boolean isKnown() {
        return length >= 0;
    }

    @Override
    public String toString() {
        return isKnown() ? Long.toString(length) : symbol == null ? "?" : symbol;
    }
}
