package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;
import ai.tenon.cli.internal.terminal.Format;
import ai.tenon.optimizer.OptimizeResult.Trial;
import java.util.List;

/** What was tried, in the order in which it was; the numbers are those of the plot. */
final class Trials implements Report.Section {
    @Override
    public void write(Outcome outcome, Html html) {
        List<Trial> trials = outcome.result().trials();
        if (trials.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "What was tried");
        Grid grid =
                new Grid(
                        html,
                        "#",
                        "variant",
                        "#latency",
                        "#speedup at least",
                        "#drop",
                        "#size",
                        "verdict");
        for (int i = 0; i < trials.size(); i++) {
            Trial trial = trials.get(i);
            grid.row(
                    trial.chosen() ? "chosen" : "",
                    Integer.toString(i + 1),
                    trial.label(),
                    Format.millis(trial.millis()),
                    Format.ratio(trial.speedupLow()),
                    Format.percent(trial.drop()),
                    trial.bytes() > 0 ? Format.bytes(trial.bytes()) : "-",
                    trial.verdict());
        }
        grid.end();
        html.close();
    }
}
