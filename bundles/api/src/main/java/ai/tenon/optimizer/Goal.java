package ai.tenon.optimizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an optimisation is for. Among the variants that keep all limits the aim picks one.
 *
 * @param latencyMs upper limit of the median latency in milliseconds; infinite if there is none
 * @param bytes upper limit of the file's size; {@code Long.MAX_VALUE} if there is none
 * @param dropPercent upper limit of the drop of the metric, see {@link
 *     ai.tenon.evaluation.Metric#drop}; infinite if there is none
 */
public record Goal(Aim aim, double latencyMs, long bytes, double dropPercent) {
    private static final Pattern LIMIT =
            Pattern.compile("(latency|size|drop)<([0-9]+(?:\\.[0-9]+)?)(us|ms|s|B|KB|MB|GB|%)");

    /** What to make best of all. */
    public enum Aim {
        FASTEST,
        SMALLEST,
        MOST_ACCURATE
    }

    /**
     * Reads a goal: an aim ({@code fastest}, {@code smallest}, {@code most-accurate}) and limits
     * ({@code latency<5ms}, {@code size<10MB}, {@code drop<1%}) in any order, separated by commas.
     * With limits on accuracy or nothing but limits the aim is {@code fastest}; with a limit on
     * latency or size alone it is {@code most-accurate}.
     *
     * @throws IllegalArgumentException if it cannot be read; the message says what can
     */
    public static Goal parse(String text) {
        Aim aim = null;
        double latency = Double.POSITIVE_INFINITY;
        long bytes = Long.MAX_VALUE;
        double drop = Double.POSITIVE_INFINITY;
        for (String part : parts(text)) {
            Matcher limit = LIMIT.matcher(part);
            if (!limit.matches()) {
                if (aim != null) {
                    throw new IllegalArgumentException(
                            "goal '" + text + "' has two aims; one of them can be met: keep one");
                }
                aim = aim(part, text);
                continue;
            }
            double value = Double.parseDouble(limit.group(2));
            String unit = limit.group(3);
            switch (limit.group(1) + unit) {
                case "latencyus" -> latency = value / 1000;
                case "latencyms" -> latency = value;
                case "latencys" -> latency = value * 1000;
                case "sizeB" -> bytes = (long) value;
                case "sizeKB" -> bytes = (long) (value * 1e3);
                case "sizeMB" -> bytes = (long) (value * 1e6);
                case "sizeGB" -> bytes = (long) (value * 1e9);
                case "drop%" -> drop = value;
                default -> throw unreadable(part, text);
            }
        }
        if (aim == null) {
            aim = Double.isInfinite(drop) ? Aim.MOST_ACCURATE : Aim.FASTEST;
        }
        return new Goal(aim, latency, bytes, drop);
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(",")) {
            parts.add(part.replace(" ", ""));
        }
        return parts;
    }

    private static Aim aim(String part, String text) {
        for (Aim aim : Aim.values()) {
            if (aim.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(part)) {
                return aim;
            }
        }
        throw unreadable(part, text);
    }

    private static IllegalArgumentException unreadable(String part, String text) {
        return new IllegalArgumentException(
                "goal '"
                        + text
                        + "': '"
                        + part
                        + "' is neither fastest, smallest or most-accurate nor a limit like latency<5ms, size<10MB or drop<1%");
    }
}
