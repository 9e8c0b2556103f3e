package ai.tenon.cli.internal.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to pixels. Where a few values lie far from all others the axis is linear around zero
 * and logarithmic beyond (an inverse hyperbolic sine), so that neither sort is squeezed.
 */
final class Axis {
    private static final double MARGIN = 0.06;
    private static final double CROWDED = 8;

    private final double from;
    private final double to;
    private final double knee;
    private final double start;
    private final double end;

    private Axis(double from, double to, double knee, double start, double end) {
        this.from = from;
        this.to = to;
        this.knee = knee;
        this.start = start;
        this.end = end;
    }

    /**
     * An axis that has room for all values and for zero.
     *
     * @param below room below the smallest value, as part of the whole
     * @param start pixel of the smallest value
     * @param end pixel of the largest
     */
    static Axis of(List<Double> values, double below, double start, double end) {
        double low = values.stream().mapToDouble(value -> value).min().orElse(0);
        double high = values.stream().mapToDouble(value -> value).max().orElse(1);
        low = Math.min(low, 0);
        high = Math.max(high, 0);
        if (high - low < 1e-9) {
            high = low + 1;
        }
        List<Double> sizes = values.stream().map(Math::abs).sorted().toList();
        double usual = sizes.isEmpty() ? 1 : sizes.get(sizes.size() * 2 / 3);
        double largest = Math.max(high, -low);
        boolean crowded = usual > 0 && largest > CROWDED * usual;
        double knee = crowded ? usual / 2 : Double.POSITIVE_INFINITY;
        Axis bare = new Axis(low, high, knee, 0, 1);
        return new Axis(bare.value(-below), bare.value(1 + MARGIN), knee, start, end);
    }

    /** The pixel of a value. */
    double pixel(double value) {
        return start + (bent(value) - bent(from)) / (bent(to) - bent(from)) * (end - start);
    }

    private double value(double pixel) {
        double at = bent(from) + (pixel - start) / (end - start) * (bent(to) - bent(from));
        return Double.isInfinite(knee) ? at : knee * Math.sinh(at);
    }

    private double bent(double value) {
        if (Double.isInfinite(knee)) {
            return value;
        }
        double scaled = value / knee;
        return Math.signum(scaled) * Math.log(Math.abs(scaled) + Math.sqrt(scaled * scaled + 1));
    }

    /** Round values with at least so many pixels between them, zero always among them. */
    List<Double> ticks(double apart) {
        List<Double> ticks = new ArrayList<>();
        add(ticks, 0, apart);
        if (Double.isInfinite(knee)) {
            double step = step(apart);
            for (double tick = step; tick <= Math.max(to, -from); tick += step) {
                add(ticks, tick, apart);
                add(ticks, -tick, apart);
            }
        } else {
            for (int power = 12; power >= -12; power--) {
                for (double digit : new double[] {5, 2, 1}) {
                    add(ticks, digit * Math.pow(10, power), apart);
                    add(ticks, -digit * Math.pow(10, power), apart);
                }
            }
        }
        ticks.sort(null);
        return ticks;
    }

    private double step(double apart) {
        double least = (to - from) * apart / Math.abs(end - start);
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double digit : new double[] {1, 2, 5}) {
            if (digit * power >= least) {
                return digit * power;
            }
        }
        return 10 * power;
    }

    private void add(List<Double> ticks, double tick, double apart) {
        if (tick >= from
                && tick <= to
                && ticks.stream()
                        .allMatch(other -> Math.abs(pixel(other) - pixel(tick)) >= apart - 1e-6)) {
            ticks.add(tick);
        }
    }

    /** A tick as text, without needless zeros. */
    static String text(double tick) {
        String text = String.format(Locale.ROOT, "%.6f", tick);
        return text.replaceFirst("0+$", "").replaceFirst("\\.$", "").replaceFirst("^-0$", "0");
    }
}
