package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "endpoints",
        description = "What is served, and what answers; of one, which nodes run where.")
final class EndpointsCommand extends ListCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "Only this endpoint, with each node of its model if it is cut.")
    private String name;

    EndpointsCommand(Shell shell) {
        super(
                shell,
                "endpoints",
                "name",
                "state",
                "model",
                "backend",
                "pin",
                "check",
                "recipe",
                "served",
                "failed",
                "sinceMillis",
                "reason");
    }

    @Override
    protected JsonNode execute() throws Exception {
        JsonNode rows = super.execute();
        if (name == null) {
            return rows;
        }
        ArrayNode found = Json.object().arrayNode();
        rows.forEach(
                row -> {
                    if (row.path("name").asText().equals(name)) {
                        found.add(row);
                    }
                });
        if (found.isEmpty()) {
            throw new UserError("there is no endpoint '" + name + "'; see 'tenon endpoints'");
        }
        return found;
    }

    /**
     * Of a check what came out; by which bound, and why, stands below the table of one endpoint.
     */
    @Override
    protected String cell(String field, JsonNode value) {
        String text = super.cell(field, value);
        return field.equals("check") ? text.split(";", 2)[0] : text;
    }

    @Override
    protected void print(JsonNode rows) {
        super.print(rows);
        if (name != null && rows.get(0).path("check").asText().contains(";")) {
            shell.out().println();
            shell.out().println(Table.clean("check: " + rows.get(0).path("check").asText()));
        }
        Placements.print(shell.out(), rows, name != null);
    }
}
