package ai.tenon.quantizer.weights.internal;

/** Scale and zero of groups of weights, from the weights' range. */
final class Scales {
    private static final int PANEL = 64;

    private final Format format;
    private final Range whole;

    /**
     * @param weights whose range serves all groups if the format is per tensor
     */
    Scales(Format format, WeightMatrix weights) {
        this.format = format;
        this.whole = format.granularity() == Format.Granularity.PER_TENSOR ? range(weights) : null;
    }

    /** Sets scale and zero of one group of {@code channel} for {@code weights[from..to)}. */
    void fit(float[] weights, int from, int to, Channel channel, int group) {
        Range range = whole;
        if (range == null) {
            range = new Range();
            range.add(weights, from, to);
        }
        if (format.bits() == 1) {
            // sign * mean magnitude is the nearest that one bit gets (XNOR-Net, Rastegari 2016)
            channel.scales[group] = format.stored((float) (2 * range.sum / range.count));
        } else if (format.symmetric()) {
            // The wider side takes the one code that the other side lacks.
            float widest = -range.low > range.high ? range.low : range.high;
            channel.scales[group] = format.stored(-widest / format.middle());
        } else {
            float scale = format.stored((range.high - range.low) / format.highest());
            channel.scales[group] = scale;
            channel.zeros[group] =
                    Math.max(0, Math.min(format.highest(), (float) Math.rint(-range.low / scale)));
        }
    }

    private static Range range(WeightMatrix weights) {
        Range range = new Range();
        for (int first = 0; first < weights.rows(); first += PANEL) {
            float[][] rows = new float[Math.min(PANEL, weights.rows() - first)][weights.length()];
            weights.read(first, rows);
            for (float[] row : rows) {
                range.add(row, 0, row.length);
            }
        }
        return range;
    }

    /** What has been seen of some weights; the range always holds 0. */
    private static final class Range {
        private float low;
        private float high;
        private double sum;
        private long count;

        void add(float[] weights, int from, int to) {
            for (int i = from; i < to; i++) {
                low = Math.min(low, weights[i]);
                high = Math.max(high, weights[i]);
                sum += Math.abs(weights[i]);
            }
            count += to - from;
        }
    }
}
