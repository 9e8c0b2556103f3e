package ai.tenon.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.management.ModelRepository;
import ai.tenon.management.Request;
import ai.tenon.model.ModelVersion;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;

/** The management operations, and the repository extension over them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManagementTest {
    private static final String OPERATIONS = "/tenon/v1/operations";

    private final TestOperations operations = new TestOperations();
    private ServiceRegistration<?> registration;
    private TestFramework framework;
    private TestClient client;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        framework = new TestFramework(folder, Map.of());
        registration = framework.register(operations);
        framework.startHttp();
        client = new TestClient(framework.data());
    }

    @AfterAll
    void stop() throws Exception {
        framework.close();
    }

    @Test
    void showsWhatIsThere() throws Exception {
        assertTrue(client.get("/tenon/v1/status").json().get("ready").asBoolean());
        assertEquals(
                "no backend can run it",
                client.get("/tenon/v1/endpoints").json().at("/1/reason").asText());
        assertEquals("echo", client.get("/tenon/v1/backends").json().at("/0/name").asText());
        assertEquals("ACTIVE", client.get("/tenon/v1/bundles").json().at("/0/state").asText());
        assertEquals("current", client.get("/tenon/v1/generations").json().at("/0/state").asText());
        assertEquals(503, client.get("/tenon/v1/device").status());
    }

    @Test
    void modelsDoNotSayWhereTheyLie() throws Exception {
        ModelVersion model = new ModelVersion("12ab", Path.of("/secret/m.onnx"), "m.onnx", 5);
        ModelRepository repository =
                (ModelRepository)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {ModelRepository.class},
                                (proxy, method, arguments) ->
                                        method.getName().equals("list")
                                                ? List.of(model)
                                                : method.invoke(this, arguments));
        ServiceRegistration<?> models =
                framework.register(ModelRepository.class, repository, Map.of());
        assertEquals(
                "[{\"sha256\":\"12ab\",\"fileName\":\"m.onnx\",\"bytes\":5}]",
                client.get("/tenon/v1/models").json().toString());
        models.unregister();
        assertEquals(503, client.get("/tenon/v1/models").status());
    }

    @Test
    void everyKindOfRequestHasItsForm() throws Exception {
        accepted(
                "{'kind':'deploy','name':'m','model':'file:/m.onnx','settings':{'threads':'2'}}",
                new Request.Deploy(
                        "m", URI.create("file:/m.onnx"), "", null, "", Map.of("threads", "2")));
        accepted("{'kind':'undeploy','name':'m'}", new Request.Undeploy("m"));
        accepted("{'kind':'load','name':'m'}", new Request.Load("m"));
        accepted("{'kind':'unload','name':'m'}", new Request.Unload("m"));
        accepted("{'kind':'swap','name':'m','backend':'b@1'}", new Request.Swap("m", "b@1"));
        accepted("{'kind':'swap','name':'m'}", new Request.Swap("m", ""));
        accepted(
                "{'kind':'install','bundle':'file:/b.jar'}",
                new Request.Install(URI.create("file:/b.jar"), ""));
        accepted(
                "{'kind':'update','bundle':'https://x/b.jar','sha256':'ab'}",
                new Request.Update(URI.create("https://x/b.jar"), "ab"));
        accepted("{'kind':'uninstall','symbolicName':'a.b'}", new Request.Uninstall("a.b", ""));
        accepted("{'kind':'rollback','generation':3}", new Request.Rollback(3));
        accepted(
                "{'kind':'configure','pid':'p','values':{'k':'v'}}",
                new Request.Configure("p", Map.of("k", "v")));
    }

    private void accepted(String json, Request expected) throws Exception {
        TestClient.Answer answer =
                client.change("POST", OPERATIONS + "?wait=5", json.replace('\'', '"'));
        assertEquals(200, answer.status(), answer.json().toString());
        assertEquals("SUCCEEDED", answer.json().get("state").asText());
        assertTrue(operations.requests.contains(expected), operations.requests.toString());
    }

    @Test
    void curlsContentTypeDoesNotMatter() throws Exception {
        TestClient.Answer answer =
                client.send(
                        "POST",
                        OPERATIONS + "?x=1&wait=5",
                        "{\"kind\":\"load\",\"name\":\"m\"}".getBytes(),
                        "Authorization",
                        "Bearer " + client.token,
                        "Content-Type",
                        "application/x-www-form-urlencoded");
        assertEquals(200, answer.status(), answer.json().toString());
    }

    @Test
    void nonsenseIsRefused() throws Exception {
        refused("{'kind':'destroy'}");
        refused("{'kind':'load'}");
        refused("{'kind':'load','name':'m','nmae':'x'}");
        refused("{'kind':'load','name':['m']}");
        refused("{'kind':'install','bundle':'b.jar'}");
        refused("{'kind':'install','bundle':'http://x/b.jar'}");
        refused("{'kind':'install','bundle':'ftp://x/b.jar','sha256':'ab'}");
        refused("{'kind':'install'}");
        refused("{'kind':'rollback','generation':'x'}");
        refused("{'kind':'load','name':'m'");
        refused("[]");
        refused("{'kind':'configure','pid':'p','values':" + "[".repeat(5000) + "}");
    }

    private void refused(String json) throws Exception {
        TestClient.Answer answer = client.change("POST", OPERATIONS, json.replace('\'', '"'));
        assertEquals(400, answer.status(), json);
        assertFalse(answer.error().isEmpty());
        assertFalse(answer.error().contains("\tat "), answer.error());
    }

    @Test
    void changingNeedsTheToken() throws Exception {
        int before = operations.requests.size();
        String swap = "{\"kind\":\"swap\",\"name\":\"token\"}";
        TestClient.Answer answer = client.post(OPERATIONS, swap);
        assertEquals(401, answer.status());
        assertTrue(answer.error().contains("run/token"));
        assertEquals(403, client.post(OPERATIONS, swap, "Authorization", "Bearer wrong").status());
        assertEquals(401, client.post(OPERATIONS, swap, "Authorization", client.token).status());
        assertEquals(401, client.post("/v2/repository/models/m/load", "{}").status());
        assertEquals(401, client.post("/v2/repository/models/m/unload", "{}").status());
        assertEquals(401, client.send("DELETE", OPERATIONS + "/x", null).status());
        assertEquals(before, operations.requests.size());
    }

    @Test
    void anIdExecutesOnce() throws Exception {
        String swap = "{\"id\":\"once\",\"kind\":\"swap\",\"name\":\"%s\"}";
        assertEquals(202, client.change("POST", OPERATIONS, swap.formatted("a")).status());
        assertEquals(202, client.change("POST", OPERATIONS, swap.formatted("a")).status());
        assertEquals(409, client.change("POST", OPERATIONS, swap.formatted("b")).status());
        assertEquals(
                1, operations.requests.stream().filter(new Request.Swap("a", "")::equals).count());
    }

    @Test
    void longChangesCanBeWatchedAndCancelled() throws Exception {
        TestClient.Answer started =
                client.change(
                        "POST",
                        OPERATIONS + "?wait=1",
                        "{\"id\":\"long\",\"kind\":\"load\",\"name\":\"slow\"}");
        assertEquals(202, started.status());
        assertEquals("RUNNING", started.json().get("state").asText());
        assertEquals("http 127.0.0.1", started.json().get("actor").asText());
        assertEquals(200, client.get(OPERATIONS + "/long").status());
        assertEquals(200, client.change("DELETE", OPERATIONS + "/long", null).status());
        assertEquals(
                "CANCELLED", client.get(OPERATIONS + "/long?wait=5").json().get("state").asText());
        assertEquals(409, client.change("DELETE", OPERATIONS + "/long", null).status());
        assertEquals(404, client.get(OPERATIONS + "/unknown").status());
        assertEquals(400, client.get(OPERATIONS + "/long?wait=soon").status());
        assertTrue(client.get(OPERATIONS).json().findValuesAsText("id").contains("long"));
    }

    @Test
    void theRepositoryLoadsAndUnloads() throws Exception {
        JsonNode index = client.post("/v2/repository/index", "").json();
        assertEquals("READY", index.at("/0/state").asText());
        assertEquals("no backend can run it", index.at("/1/reason").asText());
        assertEquals(1, client.post("/v2/repository/index", "{\"ready\":true}").json().size());
        assertEquals(200, client.change("POST", "/v2/repository/models/m%20n/unload", "").status());
        assertTrue(operations.requests.contains(new Request.Unload("m n")));
        assertEquals(200, client.change("POST", "/v2/repository/models/m/load", "{}").status());
        TestClient.Answer absent = client.change("POST", "/v2/repository/models/absent/load", "{}");
        assertEquals(404, absent.status());
        assertEquals("there is no endpoint 'absent'", absent.error());
    }

    @Test
    void withoutManagementThereIsA503() throws Exception {
        registration.unregister();
        assertEquals(503, client.get("/tenon/v1/status").status());
        registration = framework.register(operations);
        assertEquals(200, client.get("/tenon/v1/status").status());
    }
}
