package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What an optimisation did and what it brought: one HTML file that needs nothing else. */
public final class Report {
    /** No script may run and nothing may be fetched, whatever a model's names contain. */
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

    /** A part of the page. */
    interface Section {
        /** Writes it; nothing if there is nothing to say. */
        void write(Outcome outcome, Html html);
    }

    private Report() {}

    /** The page. */
    public static String of(Outcome outcome) {
        Html html = new Html();
        html.own("<!DOCTYPE html>\n");
        html.open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
        html.empty("meta", "name", "viewport", "content", "width=device-width");
        html.element("title", "Optimised: " + outcome.input());
        html.open("style").own(style()).close().close();
        html.open("body").open("main");
        for (Section section :
                List.of(
                        new Header(),
                        new Cards(),
                        new Notes(),
                        new TradeOff(),
                        new Trials(),
                        new Sensitivities(),
                        new Passes(),
                        new Layers())) {
            section.write(outcome, html);
        }
        return html.close().close().close().toString();
    }

    private static String style() {
        try (InputStream in = Report.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
