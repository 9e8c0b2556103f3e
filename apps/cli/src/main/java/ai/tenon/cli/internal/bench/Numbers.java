package ai.tenon.cli.internal.bench;

import java.util.Locale;

/** Times, ratios and rates as the tables of a measurement show them. */
final class Numbers {
    private Numbers() {}

    /** With three decimals, or one from 100 on. */
    static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.1f" : "%.3f", value);
    }
}
