package ai.tenon.reference.internal.data;

/** The error function, to about 1e-15. */
public final class Erf {
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    private Erf() {}

    /**
     * erf(x): its Maclaurin series near 0, the continued fraction of erfc further out (Abramowitz
     * and Stegun 7.1.6 and 7.1.14).
     */
    public static double of(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        double value = a < 2.2 ? series(a) : a > 6 ? 1 : 1 - fraction(a);
        return x < 0 ? -value : value;
    }

    private static double series(double a) {
        double square = a * a;
        double term = a;
        double sum = a;
        for (int n = 1; term > 1e-17 * sum && n < 100; n++) {
            term *= 2 * square / (2 * n + 1);
            sum += term;
        }
        return TWO_OVER_SQRT_PI * Math.exp(-square) * sum;
    }

    private static double fraction(double a) {
        double tail = 0;
        for (int k = 60; k >= 1; k--) {
            tail = k / 2.0 / (a + tail);
        }
        return Math.exp(-a * a) * TWO_OVER_SQRT_PI / 2 / (a + tail);
    }
}
