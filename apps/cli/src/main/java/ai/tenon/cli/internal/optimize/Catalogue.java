package ai.tenon.cli.internal.optimize;

import ai.tenon.cli.internal.terminal.Services;
import ai.tenon.cli.internal.terminal.Services.Versioned;
import ai.tenon.cli.internal.terminal.Table;
import ai.tenon.evaluation.Metric;
import ai.tenon.optimize.GraphPass;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.Quantizer;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What there is to optimise with, and which bundle brings it. */
public record Catalogue(List<Scheme> schemes, List<Pass> passes, List<Measure> metrics) {
    /** A quantization scheme. */
    public record Scheme(
            String name, boolean needsCalibration, List<String> settings, String bundle) {}

    /** A graph pass. */
    public record Pass(String name, String stage, List<String> settings, String bundle) {}

    /** A metric. */
    public record Measure(String name, boolean higherIsBetter, String bundle) {}

    /** Looks around. */
    public static Catalogue of(Services services) {
        return new Catalogue(
                services.all(Quantizer.class).stream()
                        .flatMap(found -> found.service().schemes().stream().map(s -> of(found, s)))
                        .sorted(Comparator.comparing(Scheme::name))
                        .toList(),
                services.all(GraphPass.class).stream()
                        .sorted(
                                Comparator.comparing(
                                                (Versioned<GraphPass> found) ->
                                                        found.service().stage())
                                        .thenComparing(found -> found.service().name()))
                        .map(
                                found ->
                                        new Pass(
                                                found.service().name(),
                                                found.service()
                                                        .stage()
                                                        .name()
                                                        .toLowerCase(Locale.ROOT),
                                                sorted(found.service().settings()),
                                                bundle(found)))
                        .toList(),
                services.all(Metric.class).stream()
                        .map(
                                found ->
                                        new Measure(
                                                found.service().name(),
                                                found.service().higherIsBetter(),
                                                bundle(found)))
                        .sorted(Comparator.comparing(Measure::name))
                        .toList());
    }

    private static Scheme of(Versioned<Quantizer> found, String scheme) {
        return new Scheme(
                scheme,
                found.service().needsCalibration(QuantizationScheme.of(scheme)),
                sorted(found.service().settings(scheme)),
                bundle(found));
    }

    private static List<String> sorted(java.util.Set<String> settings) {
        return List.copyOf(new TreeSet<>(settings));
    }

    private static String bundle(Versioned<?> found) {
        return found.bundle() + "@" + found.version();
    }

    /** Prints three tables. */
    public void print(PrintStream out) {
        Table table = new Table("SCHEME", "CALIBRATION", "BUNDLE", "SETTINGS");
        schemes.forEach(
                scheme ->
                        table.row(
                                scheme.name,
                                scheme.needsCalibration ? "needed" : "",
                                scheme.bundle,
                                String.join(", ", scheme.settings)));
        table.print(out);
        out.println(
                "mixed: one of these (--set base=…), but for the layers that lose most by it\n");
        Table stages = new Table("PASS", "STAGE", "BUNDLE", "SETTINGS");
        passes.forEach(
                pass ->
                        stages.row(
                                pass.name,
                                pass.stage,
                                pass.bundle,
                                String.join(", ", pass.settings)));
        stages.print(out);
        out.println();
        Table measures = new Table("METRIC", "BETTER", "BUNDLE");
        metrics.forEach(
                metric ->
                        measures.row(
                                metric.name,
                                metric.higherIsBetter ? "higher" : "lower",
                                metric.bundle));
        measures.print(out);
    }
}
