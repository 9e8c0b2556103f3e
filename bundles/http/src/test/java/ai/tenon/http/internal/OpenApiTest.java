package ai.tenon.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.http.internal.inference.ModelRoutes;
import ai.tenon.http.internal.inference.ServedModels;
import ai.tenon.http.internal.management.Changes;
import ai.tenon.http.internal.management.ManagementRoutes;
import ai.tenon.http.internal.management.RepositoryRoutes;
import ai.tenon.http.internal.web.Bodies;
import ai.tenon.http.internal.web.GatewayRoutes;
import ai.tenon.http.internal.web.Json;
import ai.tenon.http.internal.web.Router;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the interface is true: no route more, none less, and no status undeclared. */
class OpenApiTest {
    private static final String INFER =
            "{\"inputs\":[{\"name\":\"x0\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}";

    @Test
    void everyPathAnswersAsItIsDeclared(@TempDir Path folder) throws Exception {
        try (TestFramework framework = new TestFramework(folder, Map.of())) {
            framework.register(TestEndpoint.of("minilm", DataType.FLOAT));
            framework.register(new TestOperations());
            framework.startHttp();
            TestClient client = new TestClient(framework.data());
            client.change(
                    "POST",
                    "/tenon/v1/operations",
                    "{\"id\":\"change-1\",\"kind\":\"load\",\"name\":\"slow\"}");
            JsonNode description = client.get("/openapi.json").json();
            assertEquals("3.1.0", description.get("openapi").asText());
            TreeSet<String> described = new TreeSet<>();
            description
                    .get("paths")
                    .fields()
                    .forEachRemaining(
                            path ->
                                    path.getValue()
                                            .fieldNames()
                                            .forEachRemaining(
                                                    method ->
                                                            described.add(
                                                                    method + " " + path.getKey())));
            assertEquals(routes(), described);
            for (String methodAndPath : described) {
                String[] parts = methodAndPath.split(" ");
                JsonNode operation = description.get("paths").get(parts[1]).get(parts[0]);
                checkOperation(client, parts[0].toUpperCase(Locale.ROOT), parts[1], operation);
            }
            requireReferences(description, description);
        }
    }

    private static void checkOperation(
            TestClient client, String method, String template, JsonNode operation)
            throws Exception {
        String path = template;
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.get("in").asText().equals("path")) {
                path =
                        path.replace(
                                "{" + parameter.get("name").asText() + "}",
                                parameter.get("example").asText());
            }
        }
        byte[] body =
                operation.has("requestBody")
                        ? (path.endsWith("/infer") ? INFER : "{}").getBytes()
                        : null;
        boolean token = operation.has("security");
        TestClient.Answer plain = client.send(method, path, body);
        String where = method + " " + path + " answered ";
        assertTrue(operation.get("responses").has("" + plain.status()), where + plain.status());
        if (token) {
            assertEquals(401, plain.status(), where + "without the token");
            TestClient.Answer answer =
                    client.change(method, path, body == null ? null : new String(body));
            assertNotEquals(401, answer.status());
            assertTrue(
                    operation.get("responses").has("" + answer.status()), where + answer.status());
        } else {
            assertNotEquals(401, plain.status());
            assertNotEquals(403, plain.status());
            assertNotEquals(404, plain.status(), where + plain.status());
        }
    }

    /** The routes of the code, as method and path. */
    private static TreeSet<String> routes() {
        Json json = new Json(100);
        Limits limits = new Limits(8, 100, 100, 100, 100, 4, 100, 1);
        Changes changes = new Changes(null, null, limits);
        Bodies bodies = new Bodies(json.objects(), limits);
        Router router =
                new Router(
                        json.objects(),
                        List.of(
                                new GatewayRoutes("1"),
                                new ModelRoutes(new ServedModels(), json.streams(), limits),
                                new RepositoryRoutes(changes, bodies),
                                new ManagementRoutes(changes, null, null, bodies, json.objects())));
        TreeSet<String> routes = new TreeSet<>();
        router.routes()
                .forEach(
                        route ->
                                routes.add(
                                        route.method().toLowerCase(Locale.ROOT)
                                                + " "
                                                + route.template()));
        return routes;
    }

    /** Every {@code $ref} points to something. */
    private static void requireReferences(JsonNode document, JsonNode node) {
        if (node.has("$ref")) {
            String reference = node.get("$ref").asText();
            assertTrue(
                    !document.at(reference.substring(1)).isMissingNode(),
                    reference + " points to nothing");
        }
        for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
            requireReferences(document, children.next());
        }
    }
}
