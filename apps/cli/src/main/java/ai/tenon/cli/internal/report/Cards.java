package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;
import ai.tenon.cli.internal.optimize.SizePart;
import ai.tenon.cli.internal.terminal.Format;
import ai.tenon.optimizer.OptimizeResult;
import java.util.Locale;

/** Before and after at a glance. */
final class Cards implements Report.Section {
    @Override
    public void write(Outcome outcome, Html html) {
        html.open("section", "class", "cards");
        OptimizeResult.Latency latency = outcome.latency();
        if (latency != null) {
            card(
                    html,
                    "Latency",
                    outcome.untouched() ? "as it was" : times(latency.speedup()) + " as fast",
                    new Pair(latency.beforeMs(), latency.afterMs()),
                    Format.millis(latency.beforeMs()),
                    Format.millis(latency.afterMs()),
                    outcome.untouched()
                            ? "nothing faster was found"
                            : "80 % of the rounds: "
                                    + times(latency.speedupLow())
                                    + " to "
                                    + times(latency.speedupHigh()));
        }
        card(
                html,
                "Size of the file",
                Format.ratio((double) outcome.outputBytes() / outcome.inputBytes()) + "×",
                new Pair(outcome.inputBytes(), outcome.outputBytes()),
                Format.bytes(outcome.inputBytes()),
                Format.bytes(outcome.outputBytes()),
                "graph and weights");
        for (SizePart part : outcome.parts()) {
            if (part.layers() > 0) {
                card(
                        html,
                        "Size of " + part.name().replace(">=", "≥"),
                        Format.ratio(part.ratio()) + "×",
                        new Pair(part.before(), part.after()),
                        Format.bytes(part.before()),
                        Format.bytes(part.after()),
                        part.quantized() + " of " + part.layers() + " quantized");
            }
        }
        for (OptimizeResult.Score score : outcome.result().accuracy()) {
            card(
                    html,
                    score.metric(),
                    Double.isFinite(score.drop()) && Double.isFinite(score.before())
                            ? (score.drop() > 0 ? "drops " : "gains ")
                                    + Format.percent(Math.abs(score.drop()))
                            : Format.number(score.after()),
                    new Pair(score.before(), score.after()),
                    Format.number(score.before()),
                    Format.number(score.after()),
                    score.samples()
                            + " samples, "
                            + (score.higherIsBetter() ? "higher" : "lower")
                            + " is better");
        }
        html.close();
    }

    private record Pair(double before, double after) {}

    private static void card(
            Html html,
            String title,
            String headline,
            Pair bars,
            String before,
            String after,
            String small) {
        html.open("div", "class", "card");
        html.element("h2", title);
        html.element("p", headline, "class", "headline");
        double whole = Math.max(Math.abs(bars.before), Math.abs(bars.after));
        bar(html, "before", before, bars.before / whole);
        bar(html, "after", after, bars.after / whole);
        html.element("p", small, "class", "small");
        html.close();
    }

    private static void bar(Html html, String name, String value, double part) {
        double width = Double.isFinite(part) ? 100 * Math.abs(part) : 0;
        html.open("div", "class", "bar " + name);
        html.element("span", name);
        html.open("i");
        html.element("b", "", "style", String.format(Locale.ROOT, "width:%.1f%%", width));
        html.close();
        html.element("span", value, "class", "value").close();
    }

    private static String times(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2f×", ratio) : "-";
    }
}
