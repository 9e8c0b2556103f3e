package ai.tenon.conformance;

/**
 * How far floating-point results may be off: {@code |actual - expected| <= absolute + relative *
 * |expected|}. Integers, truth values and strings have to be equal.
 */
public record Tolerance(double relative, double absolute) {
    /** As ONNX's own backend test runner. */
    public static final Tolerance ONNX = new Tolerance(1e-3, 1e-7);

    /** True if {@code actual} is near enough; NaN is near NaN, an infinity near itself. */
    public boolean accepts(double actual, double expected) {
        return Double.isNaN(actual)
                ? Double.isNaN(expected)
                : actual == expected
                        || Math.abs(actual - expected) <= absolute + relative * Math.abs(expected)
                                && !Double.isInfinite(expected);
    }
}
