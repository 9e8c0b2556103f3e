package ai.tenon.cli.internal.terminal;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them; NaN and infinity are {@code -}. */
public final class Format {
    private static final String NOTHING = "-";
    private static final String[] UNITS = {"B", "KB", "MB", "GB"};

    private Format() {}

    /** Bytes in powers of 1000, as in {@code 90.4 MB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : significant(value)) + " " + UNITS[unit];
    }

    /** Milliseconds, as in {@code 1.23 ms}. */
    public static String millis(double millis) {
        return Double.isFinite(millis) ? significant(millis) + " ms" : NOTHING;
    }

    /** A ratio, as in {@code 0.254}. */
    public static String ratio(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.3f", ratio) : NOTHING;
    }

    /** Percent or points, as in {@code 0.38 %}. */
    public static String percent(double percent) {
        return Double.isFinite(percent)
                ? String.format(Locale.ROOT, "%.2f %%", percent + 0.0)
                : NOTHING;
    }

    /** Any number, with four digits or more if it is long before the point. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return NOTHING;
        }
        double size = Math.abs(value);
        if (size != 0 && size < 0.001) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        int decimals = size >= 1000 ? 1 : size >= 100 ? 2 : size >= 10 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A time that is left, as in {@code 2 min} or {@code 40 s}. */
    public static String left(Duration left) {
        long seconds = Math.max(0, left.toSeconds());
        return seconds < 90 ? seconds + " s" : (seconds + 30) / 60 + " min";
    }

    private static String significant(double value) {
        double size = Math.abs(value);
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
