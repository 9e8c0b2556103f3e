package ai.tenon.cli.internal.report;

import java.util.List;

/** A table of a report. */
final class Grid {
    private final Html html;
    private final List<String> columns;

    /**
     * Starts a table.
     *
     * @param columns their titles; those that start with {@code #} hold numbers
     */
    Grid(Html html, String... columns) {
        this.html = html;
        this.columns = List.of(columns);
        html.open("div", "class", "scroll").open("table").open("thead").open("tr");
        for (String column : columns) {
            html.element("th", column.replace("#", ""), "class", kind(column));
        }
        html.close().close().open("tbody");
    }

    /** Adds a row; {@code mark} is its class. */
    Grid row(String mark, String... cells) {
        html.open("tr", "class", mark);
        for (int i = 0; i < cells.length; i++) {
            html.element("td", cells[i], "class", kind(columns.get(i)));
        }
        html.close();
        return this;
    }

    /** Ends the table. */
    void end() {
        html.close().close().close();
    }

    private static String kind(String column) {
        return column.startsWith("#") ? "number" : "text";
    }
}
