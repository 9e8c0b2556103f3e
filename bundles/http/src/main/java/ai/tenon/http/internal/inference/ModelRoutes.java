package ai.tenon.http.internal.inference;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.web.Exchange;
import ai.tenon.http.internal.web.HttpError;
import ai.tenon.http.internal.web.Route;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.InferenceException;
import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the Open Inference Protocol says about models: metadata, readiness, statistics, inference.
 */
public final class ModelRoutes implements Route.Source {
    /** The one version that every model has here. */
    static final String VERSION = "1";

    /** Length of the JSON before binary data, in requests and answers. */
    static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private static final long[] UNKNOWN_SHAPE = {-1};

    private final ServedModels models;
    private final InferHandler infer;

    public ModelRoutes(ServedModels models, JsonFactory json, Limits limits) {
        this.models = models;
        this.infer = new InferHandler(models, json, limits);
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(new Route("GET", "/v2/models/stats", this::allStatistics));
        for (String model :
                List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
            routes.add(new Route("GET", model, this::metadata));
            routes.add(new Route("GET", model + "/ready", this::ready));
            routes.add(new Route("GET", model + "/stats", this::statistics));
            routes.add(new Route("POST", model + "/infer", infer));
        }
        return routes;
    }

    private record Metadata(
            String name,
            List<String> versions,
            String platform,
            List<TensorMetadata> inputs,
            List<TensorMetadata> outputs) {}

    private record TensorMetadata(String name, String datatype, long[] shape) {
        static List<TensorMetadata> of(List<TensorSpec> specs) {
            return specs.stream()
                    .map(
                            spec ->
                                    new TensorMetadata(
                                            spec.name(),
                                            Datatypes.name(spec.type()),
                                            spec.shape() == null
                                                    ? UNKNOWN_SHAPE
                                                    : spec.shape().lengths()))
                    .toList();
        }
    }

    private void metadata(Exchange exchange) throws HttpError, IOException {
        Endpoint endpoint = models.named(exchange).endpoint();
        try {
            Signature signature = endpoint.signature();
            exchange.json(
                    200,
                    new Metadata(
                            endpoint.name(),
                            List.of(VERSION),
                            "tenon",
                            TensorMetadata.of(signature.inputs()),
                            TensorMetadata.of(signature.outputs())));
        } catch (InferenceException e) {
            throw HttpError.of(e);
        }
    }

    private record Readiness(String name, boolean ready) {}

    private void ready(Exchange exchange) throws HttpError, IOException {
        Endpoint endpoint = models.named(exchange).endpoint();
        boolean ready = endpoint.state() == EndpointState.SERVING;
        exchange.json(ready ? 200 : 503, new Readiness(endpoint.name(), ready));
    }

    private void statistics(Exchange exchange) throws HttpError, IOException {
        exchange.json(200, ModelStatistics.of(List.of(models.named(exchange).endpoint())));
    }

    private void allStatistics(Exchange exchange) throws IOException {
        exchange.json(
                200, ModelStatistics.of(models.all().stream().map(ServedModel::endpoint).toList()));
    }
}
