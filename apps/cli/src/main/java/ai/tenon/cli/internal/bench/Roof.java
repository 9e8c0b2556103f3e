package ai.tenon.cli.internal.bench;

import ai.tenon.backend.LayerProfile;
import ai.tenon.backend.LayerProfile.Layer;
import ai.tenon.cli.internal.terminal.Format;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What layers can reach at most on this machine, and how near they come.
 *
 * <p>The peak of the memory is no roof for data that lie in a cache. A layer whose bytes fit into
 * the last-level cache may find there what the layer before has left, and one that is faster than
 * the memory did find some: both are held against {@code cache}, and no percentage is given.
 */
final class Roof {
    private static final double GIGA = 1e9;

    private final Map<String, Double> peaks;
    private final long cacheBytes;

    /**
     * @param peaks as {@link LayerProfile#peaks}
     * @param cacheBytes of the last-level cache; 0 if unknown
     */
    Roof(Map<String, Double> peaks, long cacheBytes) {
        this.peaks = new TreeMap<>(peaks);
        this.peaks.values().removeIf(peak -> peak <= 0);
        this.cacheBytes = cacheBytes;
    }

    /** A line that says what was measured. */
    String inWords() {
        StringBuilder words = new StringBuilder();
        peaks.forEach(
                (name, peak) ->
                        words.append(words.isEmpty() ? "measured at most: " : ", ")
                                .append(name)
                                .append(' ')
                                .append(Numbers.number(peak / GIGA))
                                .append(' ')
                                .append(unit(name)));
        if (words.isEmpty()) {
            words.append("this backend does not tell what the machine can do at most");
        }
        if (cacheBytes > 0) {
            words.append("; last-level cache ").append(Format.bytes(cacheBytes));
        }
        return words.toString();
    }

    /** The layer's work by its time, in the unit that {@link #against} says. */
    String rate(Layer layer) {
        return layer.nanos() == 0 ? "" : String.format(Locale.ROOT, "%.1f", giga(layer));
    }

    /** Unit and limit, as in {@code GFLOP/s fp32} or {@code GB/s cache}. */
    String against(Layer layer) {
        return unit(layer.peak()) + " " + (inCaches(layer) ? "cache" : layer.peak());
    }

    /** Percent of the peak; nothing if there is none for this layer. */
    String percent(Layer layer) {
        return hasPercent(layer) && !inCaches(layer)
                ? String.format(Locale.ROOT, "%.0f", 100 * ofPeak(layer))
                : "";
    }

    private boolean inCaches(Layer layer) {
        return moves(layer.peak())
                && (layer.bytes() <= cacheBytes || hasPercent(layer) && ofPeak(layer) > 1);
    }

    private boolean hasPercent(Layer layer) {
        return layer.nanos() > 0 && peaks.containsKey(layer.peak());
    }

    private double ofPeak(Layer layer) {
        return giga(layer) * GIGA / peaks.get(layer.peak());
    }

    /** Bytes or operations per nanosecond. */
    private static double giga(Layer layer) {
        return (double) (moves(layer.peak()) ? layer.bytes() : layer.operations()) / layer.nanos();
    }

    private static String unit(String peak) {
        return moves(peak) ? "GB/s" : peak.startsWith("int") ? "GOP/s" : "GFLOP/s";
    }

    private static boolean moves(String peak) {
        return peak.equals(LayerProfile.MEMORY);
    }
}
