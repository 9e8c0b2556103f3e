package ai.tenon.quantizer.int8.internal;

/**
 * Counts numbers in bins that become wider when larger numbers come: memory is bounded, and the
 * result does not depend on the order of the numbers. The width is a power of two and one bin
 * begins at 0. Zeros are counted apart: rectified activations have many, and every quantization
 * says them exactly.
 */
final class Histogram {
    /** Bins on each side of 0. */
    static final int SIDE = 2048;

    private final long[] counts = new long[2 * SIDE];
    private double width;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private long zeros;
    private long others;
    private boolean finite = true;

    void add(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                finite = false;
                continue;
            }
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        widen(Math.max(Math.abs((double) min), Math.abs((double) max)));
        for (float value : values) {
            if (value == 0) {
                zeros++;
            } else if (Float.isFinite(value)) {
                counts[bin(value)]++;
                others++;
            }
        }
    }

    private void widen(double magnitude) {
        if (magnitude == 0 || Double.isInfinite(magnitude)) {
            return;
        }
        // the largest number falls into the upper half of its side
        double needed = Math.scalb(1.0, Math.getExponent(magnitude) + 1) / SIDE;
        if (width == 0) {
            width = needed;
        }
        while (width < needed) {
            for (int i = 0; i < SIDE / 2; i++) {
                counts[SIDE + i] = counts[SIDE + 2 * i] + counts[SIDE + 2 * i + 1];
                counts[SIDE - 1 - i] = counts[SIDE - 1 - 2 * i] + counts[SIDE - 2 - 2 * i];
            }
            for (int i = SIDE / 2; i < SIDE; i++) {
                counts[SIDE + i] = 0;
                counts[SIDE - 1 - i] = 0;
            }
            width *= 2;
        }
    }

    private int bin(float value) {
        return width == 0 ? SIDE : SIDE + (int) Math.floor(value / width);
    }

    /** True if no NaN or infinite number came. */
    boolean isFinite() {
        return finite;
    }

    /** Lowest and highest number; 0 and 0 if none came. */
    float[] range() {
        return zeros + others == 0 ? new float[2] : new float[] {min, max};
    }

    /**
     * The range that contains {@code percent} of the numbers; what is cut off is divided evenly
     * between both ends.
     */
    float[] percentile(double percent) {
        double cut = (1 - percent / 100) / 2 * (zeros + others);
        float[] range = range();
        float low = (float) Math.max(range[0], edge(cut));
        float high = (float) Math.min(range[1], edge(zeros + others - cut));
        return new float[] {low, high};
    }

    /** The number below which {@code rank} numbers lie, as if evenly spread within their bin. */
    private double edge(double rank) {
        double below = 0;
        for (int i = 0; i < counts.length; i++) {
            if (i == SIDE && zeros > 0) {
                if (below + zeros >= rank) {
                    return 0;
                }
                below += zeros;
            }
            if (counts[i] > 0 && below + counts[i] >= rank) {
                return (i - SIDE + (rank - below) / counts[i]) * width;
            }
            below += counts[i];
        }
        return SIDE * width;
    }

    /**
     * The range whose quantization to {@code levels} levels loses least information: the one with
     * the smallest Kullback-Leibler divergence between the numbers clipped to it and their
     * quantized distribution, among all that reach equally far to both sides (Migacz, 8-bit
     * inference with TensorRT, 2017).
     */
    float[] entropy(int levels) {
        float[] range = range();
        if (others == 0) {
            return range;
        }
        int first = bin(range[0]);
        int last = bin(range[1]);
        int best = SIDE;
        double least = Double.POSITIVE_INFINITY;
        for (int reach = Math.min(levels / 2, SIDE); reach <= SIDE; reach++) {
            int low = Math.max(first, SIDE - reach);
            int high = Math.min(last, SIDE + reach - 1);
            if (high - low + 1 < levels) {
                continue;
            }
            double divergence = divergence(low, high, levels);
            // a tie goes to the wider range
            if (divergence <= least) {
                least = divergence;
                best = reach;
            }
            if (low == first && high == last) {
                break;
            }
        }
        return new float[] {
            (float) Math.max(range[0], -best * width), (float) Math.min(range[1], best * width)
        };
    }

    private double divergence(int low, int high, int levels) {
        int bins = high - low + 1;
        double inside = 0;
        double below = 0;
        double above = 0;
        for (int i = 0; i < counts.length; i++) {
            if (i < low) {
                below += counts[i];
            } else if (i > high) {
                above += counts[i];
            } else {
                inside += counts[i];
            }
        }
        double divergence = 0;
        int freedom = 0;
        for (int level = 0; level < levels; level++) {
            int from = low + (int) ((long) level * bins / levels);
            int to = low + (int) ((long) (level + 1) * bins / levels);
            double sum = 0;
            int used = 0;
            for (int i = from; i < to; i++) {
                sum += counts[i];
                used += counts[i] > 0 ? 1 : 0;
            }
            freedom += Math.max(0, used - 1);
            for (int i = from; i < to; i++) {
                double count = counts[i] + (i == low ? below : 0) + (i == high ? above : 0);
                if (count > 0) {
                    double p = count / others;
                    // a bin that holds outliers only has nothing to stand for it
                    double q = counts[i] > 0 ? sum / used / inside : 1e-9;
                    divergence += p * Math.log(p / q);
                }
            }
        }
        // what chance alone makes of equal neighbours (Miller and Madow, 1955), else few numbers
        // would seem to lose more the more bins they spread over
        return divergence - freedom / (2.0 * others);
    }
}
