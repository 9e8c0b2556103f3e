package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Shows one of a gateway's lists as a table, a column per field. */
abstract class ListCommand extends GatewayCommand<JsonNode> {
    private static final int HASH_SHOWN = 12;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    private final String what;
    private final List<String> fields;

    /**
     * @param what as it stands in the path
     * @param fields of the rows, in the order of the columns
     */
    protected ListCommand(Shell shell, String what, String... fields) {
        super(shell);
        this.what = what;
        this.fields = List.of(fields);
    }

    @Override
    protected JsonNode execute() throws Exception {
        return gateway().list(what);
    }

    @Override
    protected void print(JsonNode rows) {
        if (rows.isEmpty()) {
            shell.out().println("no " + what);
            return;
        }
        Table table = new Table(fields.stream().map(ListCommand::title).toArray(String[]::new));
        for (JsonNode row : rows) {
            table.row(
                    fields.stream()
                            .map(field -> cell(field, row.path(field)))
                            .toArray(String[]::new));
        }
        table.print(shell.out());
    }

    private static String title(String field) {
        return field.replaceAll("Millis$", "")
                .replaceAll("([A-Z])", " $1")
                .toUpperCase(java.util.Locale.ROOT);
    }

    /** What the table shows of a field. */
    protected String cell(String field, JsonNode value) {
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(", "));
        }
        if (field.endsWith("Millis")) {
            return value.asLong() == 0 ? "-" : TIME.format(Instant.ofEpochMilli(value.asLong()));
        }
        String text = value.isNull() ? "" : value.asText();
        return field.toLowerCase(java.util.Locale.ROOT).endsWith("sha256")
                ? text.substring(0, Math.min(HASH_SHOWN, text.length()))
                : text;
    }
}
