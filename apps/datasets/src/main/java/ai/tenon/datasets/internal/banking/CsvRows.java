package ai.tenon.datasets.internal.banking;

import ai.tenon.datasets.internal.LabelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rows of a CSV file whose fields may be quoted and then hold commas, quotes and line ends. */
final class CsvRows {
    private final String text;
    private int at;

    private CsvRows(String text) {
        this.text = text;
    }

    /**
     * All rows but the header.
     *
     * @throws IOException if it cannot be read, or a row has another number of fields than the
     *     header
     */
    static List<List<String>> read(Path file) throws IOException {
        CsvRows csv = new CsvRows(LabelFile.text(file));
        List<List<String>> rows = new ArrayList<>();
        while (csv.at < csv.text.length()) {
            List<String> row = csv.row();
            if (!rows.isEmpty() && row.size() != rows.get(0).size()) {
                throw new IOException(file + " has a row that is not like its header: " + row);
            }
            rows.add(row);
        }
        return rows.isEmpty() ? rows : rows.subList(1, rows.size());
    }

    private List<String> row() {
        List<String> fields = new ArrayList<>();
        fields.add(field());
        while (at < text.length() && text.charAt(at) == ',') {
            at++;
            fields.add(field());
        }
        at += text.startsWith("\r\n", at) ? 2 : 1;
        return fields;
    }

    private String field() {
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                boolean escaped = quoted && text.startsWith("\"\"", at);
                if (escaped) {
                    field.append(text.charAt(++at));
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && (c == ',' || c == '\n' || c == '\r')) {
                break;
            } else {
                field.append(c);
            }
        }
        return field.toString();
    }
}
