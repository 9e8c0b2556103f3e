package ai.tenon.evaluation.internal.optimize;

import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.model.Recipe;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimizer.OptimizeResult.PassReport;
import ai.tenon.quantize.QuantizedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model and all that was done to make it.
 *
 * @param passes those that changed something, in the order in which they ran
 * @param reports of all that were considered
 * @param quantized null if it was not quantized
 */
record Variant(
        Compiled compiled,
        List<Versioned<GraphPass>> passes,
        List<PassReport> reports,
        Quantized quantized) {
    Variant {
        passes = List.copyOf(passes);
        reports = List.copyOf(reports);
    }

    /** The model that came, to which nothing was done. */
    static Variant of(Compiled original) {
        return new Variant(original, List.of(), List.of(), null);
    }

    /** This one after more passes. */
    Variant with(Compiled rewritten, List<Versioned<GraphPass>> kept, List<PassReport> considered) {
        List<Versioned<GraphPass>> all = new ArrayList<>(passes);
        all.addAll(kept);
        return new Variant(rewritten, all, joined(considered), quantized);
    }

    /** This one with other passes and reports. */
    Variant instead(
            Compiled rewritten, List<Versioned<GraphPass>> kept, List<PassReport> considered) {
        return new Variant(rewritten, kept, considered, quantized);
    }

    /** This one, after passes of which none was kept. */
    Variant with(List<PassReport> considered) {
        return new Variant(compiled, passes, joined(considered), quantized);
    }

    /** This one after quantization. */
    Variant with(Compiled rewritten, Quantized done) {
        return new Variant(rewritten, passes, reports, done);
    }

    /** A pass that ran a second time is told of once. */
    private List<PassReport> joined(List<PassReport> more) {
        List<PassReport> all = new ArrayList<>(reports);
        for (PassReport report : more) {
            int at = 0;
            while (at < all.size() && !all.get(at).name().equals(report.name())) {
                at++;
            }
            if (at == all.size()) {
                all.add(report);
            } else if (report.changes() > 0) {
                all.set(at, all.get(at).kept() ? both(all.get(at), report) : report);
            }
        }
        return all;
    }

    private static PassReport both(PassReport first, PassReport second) {
        List<String> notes = new ArrayList<>(first.notes());
        notes.addAll(second.notes());
        return new PassReport(
                first.name(),
                first.version(),
                first.stage(),
                first.changes() + (second.kept() ? second.changes() : 0),
                true,
                "",
                second.kept()
                        ? Math.max(first.maxDifference(), second.maxDifference())
                        : first.maxDifference(),
                notes.stream().distinct().toList());
    }

    /** What the quantizer did, layer by layer. */
    List<QuantizedLayer> layers() {
        return quantized == null ? List.of() : quantized.result().layers();
    }

    /** The name of its scheme; empty for none. */
    String scheme() {
        return quantized == null ? "" : quantized.scheme().name();
    }

    /**
     * Gives the same model again.
     *
     * @param passSettings settings of passes, by pass
     */
    Recipe recipe(Map<String, Map<String, String>> passSettings) {
        Map<String, String> options = new TreeMap<>();
        for (Versioned<GraphPass> pass : passes) {
            passSettings
                    .getOrDefault(pass.name(), Map.of())
                    .forEach((setting, value) -> options.put(pass.name() + "." + setting, value));
        }
        if (quantized != null) {
            options.putAll(quantized.replay().settings());
        }
        return new Recipe(
                passes.stream().map(Versioned::reference).toList(),
                quantized == null ? "" : quantized.quantizer().reference(),
                options);
    }
}
