package ai.tenon.cli.internal.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns; numbers stand at the right. */
public final class Table {
    private static final String NUMBER = "-?[0-9][0-9.,]*( ?(ns|ms|s|%|B|KB|MB|GB))?|-|";

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... head) {
        this.head = List.of(head);
    }

    /** Adds a row of as many cells as there are columns; control characters become spaces. */
    public Table row(String... cells) {
        if (cells.length != head.size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a table of " + head.size() + " columns");
        }
        rows.add(List.of(cells).stream().map(Table::clean).toList());
        return this;
    }

    /** A line for a terminal: control characters, which names in models may have, become spaces. */
    public static String clean(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    }

    public void print(PrintStream out) {
        int columns = head.size();
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            widths[column] = head.get(column).length();
            numeric[column] = !rows.isEmpty();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
                numeric[column] &= row.get(column).matches(NUMBER);
            }
        }
        out.println(line(head, widths, numeric));
        rows.forEach(row -> out.println(line(row, widths, numeric)));
    }

    private static String line(List<String> cells, int[] widths, boolean[] numeric) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String padding = " ".repeat(widths[column] - cells.get(column).length());
            line.append(numeric[column] ? padding : "")
                    .append(cells.get(column))
                    .append(numeric[column] ? "" : padding)
                    .append("  ");
        }
        return line.toString().stripTrailing();
    }
}
