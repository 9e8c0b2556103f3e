package ai.tenon.http.internal.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The gateway itself: what it is, whether it lives and is ready, and the description of all this.
 */
public final class GatewayRoutes implements Route.Source {
    private static final String OPENAPI = "/ai/tenon/http/openapi.json";

    private final String version;
    private final AtomicInteger ready = new AtomicInteger();

    public GatewayRoutes(String version) {
        this.version = version;
    }

    /** The condition "every deployment serves" has come (1) or gone (-1). */
    public void ready(int change) {
        ready.addAndGet(change);
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route("GET", "/v2", this::server),
                new Route("GET", "/v2/health/live", x -> x.json(200, Map.of("live", true))),
                new Route("GET", "/v2/health/ready", this::ready),
                new Route("GET", "/openapi.json", this::openApi));
    }

    private record Server(String name, String version, List<String> extensions) {}

    private void server(Exchange exchange) throws IOException {
        exchange.json(
                200,
                new Server(
                        "tenon",
                        version,
                        List.of(
                                "binary_tensor_data",
                                "model_repository",
                                "parameters",
                                "statistics")));
    }

    private void ready(Exchange exchange) throws IOException {
        boolean all = ready.get() > 0;
        exchange.json(all ? 200 : 503, Map.of("ready", all));
    }

    private void openApi(Exchange exchange) throws IOException {
        try (InputStream in = GatewayRoutes.class.getResourceAsStream(OPENAPI)) {
            exchange.response().setContentType("application/json");
            in.transferTo(exchange.response().getOutputStream());
        }
    }
}
