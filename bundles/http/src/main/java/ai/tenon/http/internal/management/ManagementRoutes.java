package ai.tenon.http.internal.management;

import ai.tenon.device.DeviceDescription;
import ai.tenon.http.internal.web.Bodies;
import ai.tenon.http.internal.web.Current;
import ai.tenon.http.internal.web.Exchange;
import ai.tenon.http.internal.web.HttpError;
import ai.tenon.http.internal.web.Route;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ModelRepository;
import ai.tenon.management.Operation;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.Request;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** The gateway's own operations and what they act upon, below {@code /tenon/v1}. */
public final class ManagementRoutes implements Route.Source {
    private static final String OPERATION = "/tenon/v1/operations/{id}";

    private final Changes changes;
    private final Bodies bodies;
    private final RequestReader reader;
    private final Current<ModelRepository> repository;
    private final Current<DeviceDescription> device;

    public ManagementRoutes(
            Changes changes,
            Current<ModelRepository> repository,
            Current<DeviceDescription> device,
            Bodies bodies,
            ObjectMapper objects) {
        this.changes = changes;
        this.repository = repository;
        this.device = device;
        this.bodies = bodies;
        this.reader = new RequestReader(objects);
    }

    @Override
    public List<Route> routes() {
        return List.of(
                get("status", x -> x.json(200, changes.operations().status())),
                get("endpoints", x -> x.json(200, changes.operations().endpoints())),
                get("backends", x -> x.json(200, changes.operations().backends())),
                get("bundles", x -> x.json(200, changes.operations().bundles())),
                get("generations", x -> x.json(200, changes.operations().generations())),
                get("retired", x -> x.json(200, changes.operations().retired())),
                get("operations", x -> x.json(200, changes.operations().recent())),
                get("models", x -> x.json(200, repository.get().list())),
                get("device", x -> x.json(200, device.get())),
                new Route("POST", "/tenon/v1/operations", this::submit),
                new Route("GET", OPERATION, this::operation),
                new Route("DELETE", OPERATION, this::cancel));
    }

    private static Route get(String what, Route.Handler handler) {
        return new Route("GET", "/tenon/v1/" + what, handler);
    }

    private void submit(Exchange exchange) throws HttpError, IOException {
        changes.require(exchange);
        int wait = wait(exchange);
        ObjectNode body = bodies.object(exchange);
        JsonNode id = body.remove("id");
        Request request = reader.read(body, exchange.fromLoopback());
        Operation operation =
                changes.submit(exchange, id == null || id.isNull() ? null : id.asText(), request);
        OperationInfo info = changes.await(operation, wait);
        exchange.json(wait > 0 && info.ended() ? 200 : 202, info);
    }

    private void operation(Exchange exchange) throws HttpError, IOException {
        exchange.json(200, changes.await(find(exchange), wait(exchange)));
    }

    private void cancel(Exchange exchange) throws HttpError, IOException {
        changes.require(exchange);
        Operation operation = find(exchange);
        if (!operation.cancel()) {
            throw HttpError.of(
                    ManagementException.Kind.CONFLICT,
                    "operation "
                            + exchange.path("id")
                            + " has ended or cannot be stopped any more");
        }
        exchange.json(200, operation.info());
    }

    private Operation find(Exchange exchange) throws HttpError {
        String id = exchange.path("id");
        return changes.operations()
                .find(id)
                .orElseThrow(() -> HttpError.notFound("there is no operation '" + id + "'"));
    }

    private static int wait(Exchange exchange) throws HttpError {
        String text = exchange.query("wait");
        if (text == null) {
            return 0;
        }
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw HttpError.invalid("'wait' must be a number of seconds");
        }
    }
}
