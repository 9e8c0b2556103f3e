package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;

/** What the user should know. */
final class Notes implements Report.Section {
    @Override
    public void write(Outcome outcome, Html html) {
        if (outcome.result().notes().isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Notes").open("ul");
        outcome.result().notes().forEach(note -> html.element("li", note));
        html.close().close();
    }
}
