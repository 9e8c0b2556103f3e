package ai.tenon.quantizer.weights.internal;

/**
 * Half-quadratic quantization (HQQ, Badri and Shaji 2023): moves scale and zero of each group so
 * that the sum of {@code |weight - rounded|^0.75} becomes small, which cares less for outliers than
 * squares do. Needs no data.
 *
 * <p>Alternates between two steps that are solved exactly: the part of each error that counts as an
 * outlier, by the norm's shrinkage; and scale and zero that fit the rest, by least squares. Unlike
 * the original, zeros stay whole numbers, which is what ONNX can store, the scale moves too, and
 * the power is one that two square roots give, where theirs is 0.7.
 */
final class HalfQuadraticRounding implements Rounding {
    private static final int ITERATIONS = 20;
    private static final double FIRST_BETA = 10;
    private static final double BETA_GROWTH = 1.01;

    private final Format format;
    private final Rounding nearest;

    HalfQuadraticRounding(Format format, Scales scales) {
        this.format = format;
        this.nearest = new NearestRounding(format, scales);
    }

    @Override
    public void round(float[] weights, Channel channel) {
        nearest.round(weights, channel);
        int group = format.group(weights.length);
        for (int g = 0, from = 0; from < weights.length; g++, from += group) {
            improve(weights, from, Math.min(from + group, weights.length), channel, g);
        }
    }

    private void improve(float[] weights, int from, int to, Channel channel, int group) {
        float scale = channel.scales[group];
        float zero = channel.zeros[group];
        double step = Math.abs(scale);
        double least = error(weights, from, to, channel, step);
        double beta = FIRST_BETA;
        for (int i = 0; i < ITERATIONS && least > 0; i++, beta *= BETA_GROWTH) {
            fit(weights, from, to, channel, group, step, beta);
            round(weights, from, to, channel);
            double error = error(weights, from, to, channel, step);
            if (error >= least) {
                break;
            }
            least = error;
            scale = channel.scales[group];
            zero = channel.zeros[group];
        }
        channel.scales[group] = scale;
        channel.zeros[group] = zero;
        round(weights, from, to, channel);
    }

    /** Least squares of the weights, less what counts as outlying, over the codes as they are. */
    private void fit(
            float[] weights,
            int from,
            int to,
            Channel channel,
            int group,
            double step,
            double beta) {
        double origin = format.symmetric() ? channel.zeros[group] : mean(channel, from, to);
        double covariance = 0;
        double variance = 0;
        double sum = 0;
        for (int i = from; i < to; i++) {
            double error = (weights[i] - channel.weight(i)) / step;
            double target = weights[i] - step * shrink(error, beta);
            double code = channel.code(i) - origin;
            covariance += target * code;
            variance += code * code;
            sum += target;
        }
        if (variance == 0 || covariance == 0) {
            return;
        }
        float scale = format.stored((float) (covariance / variance));
        channel.scales[group] = scale;
        if (!format.symmetric()) {
            double zero = Math.rint(origin - sum / (to - from) / scale);
            channel.zeros[group] = (float) Math.max(0, Math.min(format.highest(), zero));
        }
    }

    /** The minimum of {@code |x|^0.75 + beta / 2 * (x - error)^2}, approximately. */
    private static double shrink(double error, double beta) {
        double magnitude = Math.abs(error);
        double rest = magnitude - 1 / (beta * Math.sqrt(Math.sqrt(magnitude)));
        return rest > 0 ? Math.copySign(rest, error) : 0;
    }

    private static double mean(Channel channel, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += channel.code(i);
        }
        return sum / (to - from);
    }

    private static void round(float[] weights, int from, int to, Channel channel) {
        for (int i = from; i < to; i++) {
            channel.round(i, weights[i]);
        }
    }

    private static double error(float[] weights, int from, int to, Channel channel, double step) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double root = Math.sqrt(Math.abs(weights[i] - channel.weight(i)) / step);
            sum += root * Math.sqrt(root);
        }
        return sum;
    }
}
