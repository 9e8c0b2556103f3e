package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;

/** Which model, what was asked, on which device, and the command to do it again. */
final class Header implements Report.Section {
    @Override
    public void write(Outcome outcome, Html html) {
        html.open("header");
        html.element("p", "Tenon · optimisation report", "class", "kicker");
        html.element("h1", outcome.input().replaceFirst(".*/", ""));
        html.open("dl");
        fact(html, "asked for", outcome.asked());
        fact(
                html,
                "result",
                outcome.untouched()
                        ? "the model as it was given"
                        : "scheme " + outcome.scheme() + ", written to " + outcome.output());
        if (outcome.latency() != null) {
            fact(
                    html,
                    "measured on",
                    outcome.latency().backend() + ", threads " + outcome.latency().threads());
        }
        if (!outcome.device().isEmpty()) {
            fact(html, "device", outcome.device());
        }
        html.close();
        html.element("pre", outcome.command());
        html.close();
    }

    private static void fact(Html html, String name, String value) {
        html.open("div").element("dt", name).element("dd", value).close();
    }
}
