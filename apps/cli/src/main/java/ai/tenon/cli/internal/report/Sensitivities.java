package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;
import ai.tenon.cli.internal.terminal.Format;
import ai.tenon.optimizer.OptimizeResult.Sensitivity;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What quantizing one layer, or one class of layers, costs by itself. */
final class Sensitivities implements Report.Section {
    private static final int MOST = 60;

    @Override
    public void write(Outcome outcome, Html html) {
        List<Sensitivity> all = outcome.result().sensitivity();
        if (all.isEmpty()) {
            return;
        }
        boolean drops = all.stream().anyMatch(one -> Double.isFinite(one.drop()));
        html.open("section").element("h2", "Sensitivity");
        html.element(
                "p",
                drops
                        ? "Drop of the metric when nothing but this is quantized; the worst first."
                        : "Noise in the outputs when nothing but this is quantized, in dB below the"
                                + " signal: a short bar is a sensitive layer.",
                "class",
                "small");
        ToDoubleFunction<Sensitivity> length = drops ? Sensitivity::drop : Sensitivity::sqnrDb;
        double longest =
                all.stream()
                        .mapToDouble(length)
                        .filter(Double::isFinite)
                        .map(Math::abs)
                        .max()
                        .orElse(1);
        html.open("div", "class", "bars");
        all.stream()
                .limit(MOST)
                .forEach(one -> bar(html, one, length.applyAsDouble(one) / longest));
        html.close();
        if (all.size() > MOST) {
            html.element("p", all.size() - MOST + " less sensitive ones are not shown.");
        }
        html.close();
    }

    private static void bar(Html html, Sensitivity one, double part) {
        double width = Double.isFinite(part) ? Math.min(100, 100 * Math.abs(part)) : 0;
        html.open("div", "class", one.isClass() ? "row class" : "row");
        html.element(
                "span", one.isClass() ? "all " + one.subject() : one.subject(), "class", "name");
        html.open("i");
        html.element(
                "b",
                "",
                "class",
                part < 0 ? "gain" : "",
                "style",
                String.format(Locale.ROOT, "width:%.1f%%", width));
        html.close();
        html.element(
                "span",
                (Double.isFinite(one.drop()) ? Format.percent(one.drop()) + "  " : "")
                        + (Double.isFinite(one.sqnrDb())
                                ? String.format(Locale.ROOT, "%.1f dB", one.sqnrDb())
                                : ""),
                "class",
                "value");
        html.close();
    }
}
