package ai.tenon.cli.internal;

import ai.tenon.backend.LayerProfile;
import ai.tenon.backend.LayerProfile.Layer;
import ai.tenon.bench.Layers;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Prints where the time of models goes, and how near each layer comes to the machine's limit. */
final class LayerTables {
    private static final double GIGA = 1e9;
    private static final int LONGEST_NAME = 44;

    private final Shell shell;
    private final int top;

    /**
     * @param top of the layers only so many, the longest; 0 for all
     */
    LayerTables(Shell shell, int top) {
        this.shell = shell;
        this.top = top;
    }

    void print(List<?> all) {
        for (Object each : all) {
            print((Layers) each);
        }
    }

    private void print(Layers layers) {
        if (layers.layers().isEmpty()) {
            shell.out()
                    .printf(
                            "%s: this backend does not tell where its time goes%n%n",
                            layers.candidate());
            return;
        }
        double total = layers.layers().stream().mapToLong(Layer::nanos).sum();
        shell.out()
                .printf(
                        "%s: %s ms, the sum of each layer's shortest time in %d runs%n",
                        layers.candidate(), number(total / 1e6), layers.runs());
        shell.out().println("measured at most: " + peaks(layers.peaks()));
        shell.out().println();
        Table table = new Table("LAYER", "KERNEL", "MS", "%", "RATE", "% OF PEAK");
        for (Layer layer : chosen(layers.layers())) {
            table.row(
                    shortened(layer.name()),
                    layer.kernel(),
                    number(layer.nanos() / 1e6),
                    String.format(Locale.ROOT, "%.1f", 100 * layer.nanos() / total),
                    rate(layer),
                    ofPeak(layer, layers.peaks()));
        }
        table.print(shell.out());
        shell.out().println();
    }

    private List<Layer> chosen(List<Layer> layers) {
        return top <= 0
                ? layers
                : layers.stream()
                        .sorted(Comparator.comparingLong(Layer::nanos).reversed())
                        .limit(top)
                        .toList();
    }

    private static String peaks(Map<String, Double> peaks) {
        StringBuilder words = new StringBuilder();
        new TreeMap<>(peaks)
                .forEach(
                        (name, peak) ->
                                words.append(words.isEmpty() ? "" : ", ")
                                        .append(name)
                                        .append(' ')
                                        .append(number(peak / GIGA))
                                        .append(
                                                name.equals(LayerProfile.MEMORY)
                                                        ? " GB/s"
                                                        : " G operations/s"));
        return words.toString();
    }

    private static double work(Layer layer) {
        return layer.peak().equals(LayerProfile.MEMORY) ? layer.bytes() : layer.operations();
    }

    private static String rate(Layer layer) {
        String unit = layer.peak().equals(LayerProfile.MEMORY) ? " GB/s" : " GFLOP/s";
        if (layer.peak().startsWith("int")) {
            unit = " GOP/s";
        }
        return layer.nanos() == 0
                ? ""
                : String.format(Locale.ROOT, "%.1f", work(layer) / layer.nanos()) + unit;
    }

    private static String ofPeak(Layer layer, Map<String, Double> peaks) {
        Double peak = peaks.get(layer.peak());
        return peak == null || peak == 0 || layer.nanos() == 0
                ? ""
                : String.format(
                        Locale.ROOT, "%.0f", 100 * work(layer) / layer.nanos() * GIGA / peak);
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME
                ? name
                : "…" + name.substring(name.length() - LONGEST_NAME + 1);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.1f" : "%.3f", value);
    }
}
