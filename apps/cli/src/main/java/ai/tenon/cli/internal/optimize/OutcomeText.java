package ai.tenon.cli.internal.optimize;

import ai.tenon.cli.internal.terminal.Format;
import ai.tenon.cli.internal.terminal.Table;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.quantize.QuantizedLayer;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An outcome for people at a terminal. */
public final class OutcomeText {
    private final PrintStream out;
    private final Outcome outcome;
    private final OptimizeResult result;

    public OutcomeText(Outcome outcome, PrintStream out) {
        this.out = out;
        this.outcome = outcome;
        this.result = outcome.result();
    }

    /** Prints it all. */
    public void print() {
        passes();
        layers();
        size();
        latency();
        accuracy();
        result.notes().forEach(note -> out.println("* " + clean(note)));
        out.println(
                outcome.untouched()
                        ? outcome.output() + " is a copy of the model as it was given"
                        : "wrote " + outcome.output() + ", scheme " + outcome.scheme());
    }

    private void passes() {
        List<OptimizeResult.PassReport> changing =
                result.passes().stream().filter(pass -> pass.changes() > 0).toList();
        if (changing.isEmpty()) {
            return;
        }
        Table table = new Table("PASS", "STAGE", "CHANGES", "KEPT", "WHY NOT");
        for (OptimizeResult.PassReport pass : changing) {
            table.row(
                    pass.name(),
                    pass.stage().toLowerCase(java.util.Locale.ROOT),
                    Integer.toString(pass.changes()),
                    pass.kept() ? "yes" : "no",
                    pass.reason());
        }
        show(table);
    }

    private void layers() {
        Map<String, List<QuantizedLayer>> groups =
                result.layers().stream()
                        .collect(
                                Collectors.groupingBy(
                                        layer -> layer.layerClass() + "\n" + words(layer),
                                        TreeMap::new,
                                        Collectors.toList()));
        if (groups.isEmpty()) {
            return;
        }
        Table table = new Table("LAYERS", "NUMBER", "TREATMENT");
        groups.values()
                .forEach(
                        group ->
                                table.row(
                                        group.get(0).layerClass(),
                                        Integer.toString(group.size()),
                                        words(group.get(0))));
        show(table);
    }

    private static String words(QuantizedLayer layer) {
        return layer.isQuantized() ? layer.treatment() : "as it was: " + layer.reason();
    }

    private void size() {
        Table table = new Table("SIZE", "BEFORE", "AFTER", "RATIO");
        table.row(
                "file",
                Format.bytes(outcome.inputBytes()),
                Format.bytes(outcome.outputBytes()),
                Format.ratio((double) outcome.outputBytes() / outcome.inputBytes()));
        for (SizePart part : outcome.parts()) {
            table.row(
                    part.name(),
                    Format.bytes(part.before()),
                    Format.bytes(part.after()),
                    Format.ratio(part.ratio()));
        }
        show(table);
    }

    private void latency() {
        OptimizeResult.Latency latency = outcome.latency();
        if (latency == null) {
            return;
        }
        show(
                new Table("LATENCY", "THREADS", "BEFORE", "AFTER", "SPEEDUP", "P10", "P90")
                        .row(
                                latency.backend(),
                                Integer.toString(latency.threads()),
                                Format.millis(latency.beforeMs()),
                                Format.millis(latency.afterMs()),
                                Format.ratio(latency.speedup()),
                                Format.ratio(latency.speedupLow()),
                                Format.ratio(latency.speedupHigh())));
    }

    private void accuracy() {
        if (result.accuracy().isEmpty()) {
            return;
        }
        Table table = new Table("ACCURACY", "BEFORE", "AFTER", "DROP", "SAMPLES", "DATA");
        for (OptimizeResult.Score score : result.accuracy()) {
            table.row(
                    score.metric(),
                    Format.number(score.before()),
                    Format.number(score.after()),
                    Format.percent(score.drop()),
                    Integer.toString(score.samples()),
                    score.data());
        }
        show(table);
    }

    private void show(Table table) {
        table.print(out);
        out.println();
    }

    /** Names in a sentence are the model's: nothing of them may steer the terminal. */
    private static String clean(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    }
}
