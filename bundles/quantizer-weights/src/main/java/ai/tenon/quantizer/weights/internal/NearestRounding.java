package ai.tenon.quantizer.weights.internal;

/** Every weight becomes the nearest code, by scales from the range of each group. */
final class NearestRounding implements Rounding {
    private final Format format;
    private final Scales scales;

    NearestRounding(Format format, Scales scales) {
        this.format = format;
        this.scales = scales;
    }

    @Override
    public void round(float[] weights, Channel channel) {
        int group = format.group(weights.length);
        for (int g = 0, from = 0; from < weights.length; g++, from += group) {
            int to = Math.min(from + group, weights.length);
            scales.fit(weights, from, to, channel, g);
            for (int i = from; i < to; i++) {
                channel.round(i, weights[i]);
            }
        }
    }
}
