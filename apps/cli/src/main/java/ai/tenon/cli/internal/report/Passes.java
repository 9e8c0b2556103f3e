package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;
import ai.tenon.cli.internal.terminal.Format;
import ai.tenon.optimizer.OptimizeResult.PassReport;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Pass by pass: what changed, and whether it was kept. */
final class Passes implements Report.Section {
    @Override
    public void write(Outcome outcome, Html html) {
        List<PassReport> passes = outcome.result().passes();
        if (passes.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Pass by pass");
        List<PassReport> changing = passes.stream().filter(pass -> pass.changes() > 0).toList();
        if (!changing.isEmpty()) {
            Grid grid =
                    new Grid(
                            html,
                            "pass",
                            "stage",
                            "#changes",
                            "kept",
                            "#difference",
                            "what it did");
            for (PassReport pass : changing) {
                grid.row(
                        pass.kept() ? "" : "left",
                        pass.name() + "@" + pass.version(),
                        pass.stage().toLowerCase(Locale.ROOT),
                        Integer.toString(pass.changes()),
                        pass.kept() ? "yes" : "no: " + pass.reason(),
                        Format.number(pass.maxDifference()),
                        String.join(" ", pass.notes()));
            }
            grid.end();
        }
        String idle =
                passes.stream()
                        .filter(pass -> pass.changes() == 0)
                        .map(PassReport::name)
                        .collect(Collectors.joining(", "));
        if (!idle.isEmpty()) {
            html.element("p", "Found nothing to do: " + idle + ".", "class", "small");
        }
        html.element(
                "p",
                "Difference: largest of an output, in units of that output's largest magnitude.",
                "class",
                "small");
        html.close();
    }
}
