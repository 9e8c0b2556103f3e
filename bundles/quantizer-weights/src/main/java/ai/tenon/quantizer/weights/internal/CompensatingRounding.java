package ai.tenon.quantizer.weights.internal;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * GPTQ (Frantar et al. 2022): weights are rounded one after the other, and those still to come make
 * up for the error as well as they can, given how the layer's inputs go together.
 */
final class CompensatingRounding implements Rounding {
    private static final int ATTEMPTS = 4;

    private final Format format;
    private final Scales scales;
    private final int[] order;
    private final boolean scalesFirst;
    private final float[][] upper;

    private CompensatingRounding(
            Format format, Scales scales, int[] order, boolean scalesFirst, float[][] upper) {
        this.format = format;
        this.scales = scales;
        this.order = order;
        this.scalesFirst = scalesFirst;
        this.upper = upper;
    }

    /**
     * Rounds for inputs like these.
     *
     * @param gram X^T X of the layer's inputs, row-major
     * @param dampening added to the diagonal, as a part of its mean
     * @param actOrder whether weights of the strongest inputs are rounded first
     * @return empty if the inputs were not finite
     */
    static Optional<Rounding> of(
            Format format,
            Scales scales,
            float[] gram,
            int length,
            double dampening,
            boolean actOrder) {
        double mean = 0;
        for (int i = 0; i < length; i++) {
            mean += gram[i * length + i] / (double) length;
        }
        if (mean == 0) {
            return Optional.of(new NearestRounding(format, scales));
        }
        int[] order =
                IntStream.range(0, length)
                        .boxed()
                        .sorted(
                                (a, b) ->
                                        actOrder
                                                ? Float.compare(
                                                        gram[b * length + b], gram[a * length + a])
                                                : a - b)
                        .mapToInt(Integer::intValue)
                        .toArray();
        // The sums are single precision: a large matrix may need more damping to be definite.
        double damping = dampening * mean;
        for (int i = 0; i < ATTEMPTS; i++, damping *= 10) {
            Optional<float[][]> upper = UpperFactor.of(gram, length, order, damping);
            if (upper.isPresent()) {
                boolean scalesFirst =
                        actOrder || format.granularity() != Format.Granularity.PER_BLOCK;
                return Optional.of(
                        new CompensatingRounding(format, scales, order, scalesFirst, upper.get()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void round(float[] weights, Channel channel) {
        int length = weights.length;
        int group = format.group(length);
        if (scalesFirst) {
            for (int g = 0, from = 0; from < length; g++, from += group) {
                scales.fit(weights, from, Math.min(from + group, length), channel, g);
            }
        }
        // in the order of rounding, so that what is still to come lies together
        float[] rest = new float[length];
        for (int n = 0; n < length; n++) {
            rest[n] = weights[order[n]];
        }
        for (int n = 0; n < length; n++) {
            if (!scalesFirst && n % group == 0) {
                scales.fit(rest, n, Math.min(n + group, length), channel, n / group);
            }
            channel.round(order[n], rest[n]);
            float[] row = upper[n];
            float error = (rest[n] - channel.weight(order[n])) / row[n];
            for (int m = n + 1; m < length; m++) {
                rest[m] -= error * row[m];
            }
        }
    }
}
