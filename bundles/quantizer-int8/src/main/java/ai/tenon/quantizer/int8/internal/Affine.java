package ai.tenon.quantizer.int8.internal;

/**
 * What a code stands for: {@code (code - zeroPoint) * scale}.
 *
 * @param scale above 0
 */
record Affine(float scale, int zeroPoint, CodeType codes) {

    /** Covers a range in one of the two ways below. */
    static Affine of(double min, double max, CodeType codes, boolean symmetric) {
        return symmetric ? symmetric(Math.max(-min, max), codes) : asymmetric(min, max, codes);
    }

    /**
     * Covers a range widened to contain 0, which gets a code of its own: {@code scale = (max - min)
     * / (high - low)}, {@code zeroPoint = round(low - min / scale)}, halves to even. A range of
     * length 0 gets scale 1.
     */
    static Affine asymmetric(double min, double max, CodeType codes) {
        double low = Math.min(min, 0);
        double high = Math.max(max, 0);
        float scale = (float) ((high - low) / codes.steps());
        return scale < Float.MIN_NORMAL
                ? new Affine(1, codes.clamp(0), codes)
                : new Affine(scale, codes.clamp(Math.rint(codes.low() - low / scale)), codes);
    }

    /** Covers {@code -max .. max} with the zero point in the middle of the codes. */
    static Affine symmetric(double max, CodeType codes) {
        float scale = (float) (2 * max / codes.steps());
        int zeroPoint = (codes.low() + codes.high()) / 2;
        return new Affine(scale < Float.MIN_NORMAL ? 1 : scale, zeroPoint, codes);
    }

    /** The nearest code, halves to even, saturating. */
    int code(float value) {
        return codes.clamp(Math.rint(value / scale) + zeroPoint);
    }

    /** What the lowest code stands for. */
    double min() {
        return (double) scale * (codes.low() - zeroPoint);
    }

    /** What the highest code stands for. */
    double max() {
        return (double) scale * (codes.high() - zeroPoint);
    }
}
