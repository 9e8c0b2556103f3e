package ai.tenon.graph.shape;

import ai.tenon.graph.Dimension;

/**
 * One integer that flows towards a shape: known, a named dimension's length, or unknown.
 *
 * @param value null when not known
 * @param symbol the dimension's name when the value is not known; else null
 */
public record Term(Long value, String symbol) {
    static final Term UNKNOWN = new Term(null, null);

    static Term of(long value) {
        return new Term(value, null);
    }

    static Term of(Dimension dimension) {
        return dimension.isKnown() ? of(dimension.length()) : new Term(null, dimension.symbol());
    }

    /** True if the value is known to be {@code other}. */
    public boolean is(long other) {
        return value != null && value == other;
    }

    /** As a length; unknown if it is not known or not a length. */
    Dimension dimension() {
        return value == null
                ? new Dimension(-1, symbol)
                : value < 0 ? Dimension.UNKNOWN : Dimension.of(value);
    }
}
