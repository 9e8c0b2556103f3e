package ai.tenon.core.internal;

import ai.tenon.graph.Model;
import ai.tenon.model.Recipe;

/**
 * How far answers to seeded inputs may lie from golden ones.
 *
 * @param cosine the least
 * @param difference the largest
 * @param why so far, in a few words
 */
record Tolerance(double cosine, double difference, String why) {
    /** Without quantization answers differ by rounding only. */
    private static final double EXACT = 0.9999;

    private static final double EXACT_DIFFERENCE = 1e-3;

    /** Backends may differ by a step of quantization, too. */
    private static final double STEPS = 0.999;

    /** Random inputs judge quantization harshly; this finds what is broken, not what is worse. */
    private static final double COARSE = 0.9;

    /**
     * @param before the recipe with which the golden answers were given
     * @param now the recipe with which {@code model} was made
     * @param model as backends get it
     */
    static Tolerance of(Recipe before, Recipe now, Model model) {
        boolean scheme = !before.scheme().isEmpty() || !now.scheme().isEmpty();
        if (scheme && !before.equals(now)) {
            return quantized(COARSE, "its recipe quantizes otherwise than the one before");
        }
        Quantization quantization = Quantization.of(model);
        return switch (quantization.kind()) {
            case DYNAMIC ->
                    quantized(
                            COARSE,
                            quantization.node().label()
                                    + " rounds activations by steps that backends choose");
            case STATIC -> quantized(STEPS, quantization.node().label() + " rounds to few bits");
            case NONE ->
                    scheme
                            ? quantized(STEPS, "its scheme is " + now.scheme())
                            : new Tolerance(EXACT, EXACT_DIFFERENCE, "nothing in it is quantized");
        };
    }

    private static Tolerance quantized(double cosine, String why) {
        return new Tolerance(cosine, Double.POSITIVE_INFINITY, why);
    }

    /** True if only rounding is allowed. */
    boolean isExact() {
        return Double.isFinite(difference);
    }

    boolean allows(Agreement agreement) {
        return agreement.cosine() >= cosine && agreement.difference() <= difference;
    }

    /** As in {@code bound: cosine 0.999 (QLinearConv 'conv' rounds to few bits)}. */
    @Override
    public String toString() {
        return "bound: cosine "
                + cosine
                + (isExact() ? ", difference " + difference : "")
                + " ("
                + why
                + ")";
    }
}
