package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "models",
        description =
                "The models in the gateway's store, and what runs them; of one, node by node.")
final class ModelsCommand extends ListCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "Only this file's model or this endpoint's, with each node if it is cut.")
    private String name;

    private final ArrayNode serving = Json.object().arrayNode();

    ModelsCommand(Shell shell) {
        super(shell, "models", "fileName", "sha256", "bytes", "endpoints");
    }

    @Override
    protected JsonNode execute() throws Exception {
        JsonNode endpoints = gateway().list("endpoints");
        ArrayNode found = Json.object().arrayNode();
        for (JsonNode model : super.execute()) {
            ArrayNode of = Json.object().arrayNode();
            endpoints.forEach(
                    endpoint -> {
                        if (endpoint.path("modelSha256").equals(model.path("sha256"))) {
                            of.add(endpoint);
                        }
                    });
            if (name == null || isMeant(model, of)) {
                ArrayNode words = ((ObjectNode) model).putArray("endpoints");
                of.forEach(endpoint -> words.add(words(endpoint)));
                serving.addAll(of);
                found.add(model);
            }
        }
        if (name != null && found.isEmpty()) {
            throw new UserError("there is no model or endpoint '" + name + "'; see 'tenon models'");
        }
        return found;
    }

    private boolean isMeant(JsonNode model, ArrayNode endpoints) {
        boolean serves = false;
        for (JsonNode endpoint : endpoints) {
            serves |= endpoint.path("name").asText().equals(name);
        }
        return serves || model.path("fileName").asText().equals(name);
    }

    private static String words(JsonNode endpoint) {
        String backend = endpoint.path("backend").asText();
        return endpoint.path("name").asText()
                + (backend.isEmpty()
                        ? " (" + endpoint.path("state").asText() + ")"
                        : " on " + backend);
    }

    @Override
    protected void print(JsonNode rows) {
        super.print(rows);
        Placements.print(shell.out(), serving, name != null);
    }
}
