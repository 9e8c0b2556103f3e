package ai.tenon.http.internal.management;

import ai.tenon.http.internal.web.Bodies;
import ai.tenon.http.internal.web.Exchange;
import ai.tenon.http.internal.web.HttpError;
import ai.tenon.http.internal.web.Route;
import ai.tenon.inference.EndpointState;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.Request;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The model repository extension of the Open Inference Protocol: a repository of endpoints. */
public final class RepositoryRoutes implements Route.Source {
    private final Changes changes;
    private final Bodies bodies;

    public RepositoryRoutes(Changes changes, Bodies bodies) {
        this.changes = changes;
        this.bodies = bodies;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route("POST", "/v2/repository/index", this::index),
                new Route("POST", "/v2/repository/models/{model}/load", this::load),
                new Route("POST", "/v2/repository/models/{model}/unload", this::unload));
    }

    private record Entry(String name, String version, String state, String reason) {
        static Entry of(EndpointInfo endpoint) {
            String state =
                    switch (endpoint.state()) {
                        case SERVING -> "READY";
                        case PREPARING -> "LOADING";
                        case UNAVAILABLE, UNLOADED -> "UNAVAILABLE";
                    };
            String reason =
                    endpoint.state() == EndpointState.UNLOADED ? "unloaded" : endpoint.reason();
            return new Entry(endpoint.name(), "1", state, reason);
        }
    }

    private void index(Exchange exchange) throws HttpError, IOException {
        JsonNode body = bodies.object(exchange);
        boolean readyOnly = body.path("ready").asBoolean(false);
        exchange.json(
                200,
                changes.operations().endpoints().stream()
                        .filter(e -> !readyOnly || e.state() == EndpointState.SERVING)
                        .map(Entry::of)
                        .toList());
    }

    private void load(Exchange exchange) throws HttpError, IOException {
        changes.require(exchange);
        if (bodies.object(exchange).path("parameters").has("config")) {
            throw HttpError.invalid("'config' is not supported; see POST /tenon/v1/operations");
        }
        changes.make(exchange, new Request.Load(exchange.path("model")));
        exchange.json(200, Map.of());
    }

    private void unload(Exchange exchange) throws HttpError, IOException {
        changes.require(exchange);
        bodies.object(exchange);
        changes.make(exchange, new Request.Unload(exchange.path("model")));
        exchange.json(200, Map.of());
    }
}
