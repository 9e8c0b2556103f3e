package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Table;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;

/** Shows which backends run which nodes of models that are cut. */
final class Placements {
    private Placements() {}

    /** A line for each endpoint whose model is cut, node by node if {@code all}. */
    static void print(PrintStream out, Iterable<JsonNode> endpoints, boolean all) {
        for (JsonNode endpoint : endpoints) {
            String placement = endpoint.path("placement").asText();
            if (placement.isEmpty()) {
                continue;
            }
            out.println();
            out.println(Table.clean(endpoint.path("name").asText() + ": " + placement));
            if (all) {
                out.println();
                nodes(endpoint.path("parts")).print(out);
            }
        }
    }

    private static Table nodes(JsonNode parts) {
        Table table = new Table("PART", "BACKEND", "NODE", "WHY");
        for (int i = 0; i < parts.size(); i++) {
            JsonNode part = parts.get(i);
            for (JsonNode node : part.path("nodes")) {
                table.row(
                        Integer.toString(i + 1),
                        part.path("backend").asText(),
                        node.path("node").asText(),
                        node.path("why").asText());
            }
        }
        return table;
    }
}
