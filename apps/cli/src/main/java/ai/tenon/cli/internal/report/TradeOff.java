package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;
import ai.tenon.cli.internal.terminal.Format;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.OptimizeResult.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The Pareto plot: latency against drop, size as the area of the dots. */
final class TradeOff implements Report.Section {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 880;
    private static final int TOP = 50;
    private static final int BAND = 22;
    private static final int BOTTOM = 360;
    private static final double LARGEST_DOT = 17;
    private static final double SMALLEST_DOT = 3;

    /** A trial that can be drawn, under its number in the table. */
    private record Dot(int number, Trial trial) {}

    @Override
    public void write(Outcome outcome, Html html) {
        List<Trial> trials = outcome.result().trials();
        List<Dot> dots = dots(trials);
        List<Double> onlyTimed =
                trials.stream()
                        .filter(trial -> Double.isNaN(trial.drop()))
                        .map(Trial::millis)
                        .filter(Double::isFinite)
                        .toList();
        if (dots.isEmpty() || trials.size() < 2) {
            return;
        }
        OptimizeResult.Latency latency = outcome.latency();
        List<Double> millis =
                new ArrayList<>(dots.stream().map(dot -> dot.trial.millis()).toList());
        if (latency != null) {
            millis.add(latency.beforeMs());
        }
        millis.addAll(onlyTimed);
        Axis x = Axis.of(millis, 0, LEFT, RIGHT);
        Axis y = Axis.of(dots.stream().map(dot -> dot.trial.drop()).toList(), 0.07, BOTTOM, TOP);
        html.open("section").element("h2", "Latency against accuracy");
        html.open(
                "svg",
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "role",
                "img",
                "aria-label",
                "Latency and drop of each variant that was tried");
        frame(html, x, y, dots.get(0).trial.metric());
        front(html, x, y, dots);
        band(html, x, onlyTimed);
        if (latency != null && Double.isFinite(latency.beforeMs())) {
            line(
                    html,
                    x.pixel(latency.beforeMs()),
                    TOP,
                    x.pixel(latency.beforeMs()),
                    BOTTOM,
                    "given");
            label(html, x.pixel(latency.beforeMs()) - 6, TOP + 12, "end", "as given");
        }
        long largest = dots.stream().mapToLong(dot -> dot.trial.bytes()).max().orElse(1);
        dots.stream()
                .sorted(Comparator.comparingLong((Dot dot) -> -dot.trial.bytes()))
                .forEach(dot -> dot(html, x, y, dot, largest));
        html.close();
        html.element(
                "p",
                "Area of a dot: size of the file, the largest is "
                        + Format.bytes(largest)
                        + ". Numbers as in the table below; the filled dot was chosen. What lies above and"
                        + " right of the line is beaten in both respects.",
                "class",
                "small");
        html.close();
    }

    private static List<Dot> dots(List<Trial> trials) {
        List<Dot> dots = new ArrayList<>();
        for (int i = 0; i < trials.size(); i++) {
            Trial trial = trials.get(i);
            if (Double.isFinite(trial.millis()) && Double.isFinite(trial.drop())) {
                dots.add(new Dot(i + 1, trial));
            }
        }
        return dots;
    }

    private static void frame(Html html, Axis x, Axis y, String metric) {
        for (double tick : x.ticks(70)) {
            line(html, x.pixel(tick), TOP, x.pixel(tick), BOTTOM, "grid");
            label(html, x.pixel(tick), BOTTOM + 18, "middle", Axis.text(tick));
        }
        for (double tick : y.ticks(30)) {
            line(html, LEFT, y.pixel(tick), RIGHT, y.pixel(tick), tick == 0 ? "zero" : "grid");
            label(html, LEFT - 8, y.pixel(tick) + 4, "end", Axis.text(tick));
        }
        label(html, (LEFT + RIGHT) / 2.0, BOTTOM + 42, "middle", "median latency in ms");
        String text = "drop of " + metric + " in %";
        double middle = (TOP + BOTTOM) / 2.0;
        html.element(
                "text",
                text,
                "text-anchor",
                "middle",
                "transform",
                String.format(Locale.ROOT, "translate(16 %.1f) rotate(-90)", middle));
    }

    /** The border of what is beaten in both respects by some variant. */
    private static void front(Html html, Axis x, Axis y, List<Dot> dots) {
        List<Trial> byTime =
                dots.stream()
                        .map(Dot::trial)
                        .sorted(
                                Comparator.comparingDouble(Trial::millis)
                                        .thenComparingDouble(Trial::drop))
                        .toList();
        StringBuilder points = new StringBuilder();
        double best = Double.POSITIVE_INFINITY;
        for (Trial trial : byTime) {
            if (trial.drop() < best) {
                String column = pixels(x.pixel(trial.millis()));
                points.append(Double.isInfinite(best) ? "" : corner(column, y.pixel(best)));
                points.append(corner(column, y.pixel(trial.drop())));
                best = trial.drop();
            }
        }
        html.empty("polyline", "class", "front", "points", points.toString().strip());
    }

    /** Variants that were too slow for their accuracy to be worth measuring. */
    private static void band(Html html, Axis x, List<Double> onlyTimed) {
        if (onlyTimed.isEmpty()) {
            return;
        }
        label(html, LEFT, BAND - 10, "start", "accuracy not measured, not faster:");
        for (double millis : onlyTimed) {
            html.empty(
                    "circle",
                    "class",
                    "timed",
                    "cx",
                    pixels(x.pixel(millis)),
                    "cy",
                    pixels(BAND),
                    "r",
                    pixels(SMALLEST_DOT + 1));
        }
    }

    private static String corner(String column, double row) {
        return column + "," + pixels(row) + " ";
    }

    private static void dot(Html html, Axis x, Axis y, Dot dot, long largest) {
        Trial trial = dot.trial;
        double radius =
                Math.max(SMALLEST_DOT, LARGEST_DOT * Math.sqrt((double) trial.bytes() / largest));
        double centre = x.pixel(trial.millis());
        double middle = y.pixel(trial.drop());
        html.open("g", "class", trial.chosen() ? "dot chosen" : "dot");
        html.element(
                "title",
                dot.number
                        + ": "
                        + trial.label()
                        + ", "
                        + Format.millis(trial.millis())
                        + ", drop "
                        + Format.percent(trial.drop())
                        + ", "
                        + Format.bytes(trial.bytes()));
        html.empty("circle", "cx", pixels(centre), "cy", pixels(middle), "r", pixels(radius));
        label(
                html,
                centre + radius * 0.75 + 2,
                middle - radius * 0.75 - 2,
                "start",
                Integer.toString(dot.number));
        html.close();
    }

    private static void line(Html html, double x1, double y1, double x2, double y2, String style) {
        html.empty(
                "line",
                "x1",
                pixels(x1),
                "y1",
                pixels(y1),
                "x2",
                pixels(x2),
                "y2",
                pixels(y2),
                "class",
                style);
    }

    private static void label(Html html, double x, double y, String anchor, String text) {
        html.element("text", text, "x", pixels(x), "y", pixels(y), "text-anchor", anchor);
    }

    private static String pixels(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
