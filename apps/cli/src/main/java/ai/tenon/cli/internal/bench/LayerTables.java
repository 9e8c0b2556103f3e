package ai.tenon.cli.internal.bench;

import ai.tenon.backend.LayerProfile.Layer;
import ai.tenon.bench.Layers;
import ai.tenon.cli.internal.terminal.Table;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Prints where the time of models goes, and how near each layer comes to the machine's limit. */
public final class LayerTables {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int LONGEST_NAME = 44;

    private final PrintStream out;
    private final int top;

    /**
     * @param top of the layers only so many, the longest first, and the others in one line; 0 for
     *     all in the order in which they run
     */
    public LayerTables(PrintStream out, int top) {
        this.out = out;
        this.top = top;
    }

    /** Prints the layers of a candidate. */
    public void print(Layers layers) {
        String candidate = Table.clean(layers.candidate());
        if (layers.layers().isEmpty()) {
            out.printf("%s: this backend does not tell where its time goes%n%n", candidate);
            return;
        }
        long total = nanos(layers.layers());
        Roof roof = new Roof(layers.peaks(), layers.cacheBytes());
        out.printf(
                "%s: %s ms, the sum of each layer's shortest time in %d runs%n",
                candidate, millis(total), layers.runs());
        out.println(roof.inWords());
        out.println();
        Table table = new Table("LAYER", "KERNEL", "MS", "%", "RATE", "AGAINST", "% OF PEAK");
        List<Layer> shown = shown(layers.layers());
        for (Layer layer : shown) {
            table.row(
                    shortened(layer.name()),
                    layer.kernel(),
                    millis(layer.nanos()),
                    part(layer.nanos(), total),
                    roof.rate(layer),
                    roof.against(layer),
                    roof.percent(layer));
        }
        int others = layers.layers().size() - shown.size();
        if (others > 0) {
            long rest = total - nanos(shown);
            String name = others == 1 ? "1 other" : others + " others";
            table.row(name, "", millis(rest), part(rest, total), "", "", "");
        }
        table.print(out);
        out.println();
    }

    private List<Layer> shown(List<Layer> layers) {
        return top <= 0
                ? layers
                : layers.stream()
                        .sorted(Comparator.comparingLong(Layer::nanos).reversed())
                        .limit(top)
                        .toList();
    }

    private static long nanos(List<Layer> layers) {
        return layers.stream().mapToLong(Layer::nanos).sum();
    }

    private static String millis(long nanos) {
        return Numbers.number(nanos / NANOS_PER_MILLI);
    }

    private static String part(long nanos, long total) {
        return total == 0 ? "" : String.format(Locale.ROOT, "%.1f", 100.0 * nanos / total);
    }

    /** The end of a name tells more than where in the model it is. */
    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME
                ? name
                : "…" + name.substring(name.length() - LONGEST_NAME + 1);
    }
}
