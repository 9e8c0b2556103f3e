package ai.tenon.reference.internal.data;

/**
 * Weights of the neighbours of a point between pixels.
 *
 * @param first index of the first neighbour
 * @param weights of the neighbours from the first one on
 */
public record Interpolation(int first, double[] weights) {

    /** Between the two nearest; with {@code scale} below 1, a triangle as wide as a new pixel. */
    public static Interpolation linear(double x, double scale) {
        int base = base(x);
        double ratio = x - base;
        int start = (int) Math.floor(-1 / scale) + 1;
        double[] weights = new double[2 - 2 * start];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.max(0, 1 - Math.abs((start + i - ratio) * scale));
        }
        return new Interpolation(base + start, normalized(weights));
    }

    /**
     * Between the four nearest, by Keys' cubic convolution; with {@code scale} below 1, wider.
     *
     * @param a Keys' parameter, -0.75 or -0.5 in most places
     */
    public static Interpolation cubic(double x, double scale, double a) {
        int base = base(x);
        double ratio = x - base;
        int start = (int) Math.floor(-2 / scale) + 1;
        double[] weights = new double[2 - 2 * start];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = keys(Math.abs((start + i - ratio) * scale), a);
        }
        return new Interpolation(base + start, normalized(weights));
    }

    /** The one pixel at {@code x}. */
    public static Interpolation at(double x) {
        return new Interpolation((int) x, new double[] {1});
    }

    /** The same without what lies outside of {@code length} pixels, brought to a sum of 1. */
    public Interpolation inside(int length) {
        double[] kept = weights.clone();
        for (int i = 0; i < kept.length; i++) {
            kept[i] = first + i < 0 || first + i >= length ? 0 : kept[i];
        }
        return new Interpolation(first, normalized(kept));
    }

    private static int base(double x) {
        return (int) Math.floor(x);
    }

    private static double keys(double x, double a) {
        if (x <= 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
    }

    private static double[] normalized(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }
}
