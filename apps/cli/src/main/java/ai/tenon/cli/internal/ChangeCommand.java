package ai.tenon.cli.internal;

import ai.tenon.cli.internal.gateway.Change;
import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Asks a gateway for a change and waits for its end. */
abstract class ChangeCommand extends GatewayCommand<JsonNode> {
    protected ChangeCommand(Shell shell) {
        super(shell);
    }

    /** The request, as the management interface names its kind and fields. */
    protected abstract ObjectNode request() throws Exception;

    /** A request of that kind, without fields. */
    protected static ObjectNode request(String kind) {
        return Json.object().put("kind", kind);
    }

    @Override
    protected final JsonNode execute() throws Exception {
        return new Change(gateway(), progress::step).run(request());
    }

    @Override
    protected final void print(JsonNode operation) {
        shell.out().println(operation.path("message").asText());
    }
}
