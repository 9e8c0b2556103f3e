package ai.tenon.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.InferenceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;

/** Open Inference Protocol v2, from a socket to an endpoint and back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {
    private static final String INFER = "/v2/models/echo/infer";

    private final TestEndpoint echo = TestEndpoint.of("echo", DataType.FLOAT, DataType.INT64);
    private TestFramework framework;
    private TestClient client;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        framework = new TestFramework(folder, Map.of());
        framework.register(echo);
        framework.startHttp();
        client = new TestClient(framework.data());
    }

    @AfterAll
    void stop() throws Exception {
        framework.close();
    }

    @Test
    void saysWhereItIsAndWhatItIs() throws Exception {
        assertTrue(client.address.startsWith("http://127.0.0.1:"), client.address);
        assertEquals(ProcessHandle.current().pid(), client.gateway().get("pid").asLong());
        assertEquals("test", client.gateway().get("profile").asText());
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(framework.data().resolve("run/token"))));
        TestClient.Answer server = client.get("/v2");
        assertEquals(200, server.status());
        assertEquals("1.2.3", server.json().get("version").asText());
        assertTrue(server.json().get("extensions").toString().contains("binary_tensor_data"));
    }

    @Test
    void isReadyOnceTheConditionIsThere() throws Exception {
        assertEquals(200, client.get("/v2/health/live").status());
        assertEquals(503, client.get("/v2/health/ready").status());
        ServiceRegistration<?> ready = framework.registerReady();
        assertEquals(200, client.get("/v2/health/ready").status());
        ready.unregister();
        assertEquals(503, client.get("/v2/health/ready").status());
    }

    @Test
    void describesModels() throws Exception {
        TestClient.Answer answer = client.get("/v2/models/echo");
        assertEquals(200, answer.status());
        assertEquals("FP32", answer.json().at("/inputs/0/datatype").asText());
        assertEquals("INT64", answer.json().at("/outputs/1/datatype").asText());
        assertEquals(-1, answer.json().at("/outputs/1/shape/0").asLong());
        assertEquals(200, client.get("/v2/models/echo/versions/1").status());
        assertEquals(200, client.get("/v2/models/echo/versions/1/ready").status());
        assertEquals(404, client.get("/v2/models/echo/versions/2").status());
        assertEquals(404, client.get("/v2/models/nobody").status());
    }

    @Test
    void infersWithJson() throws Exception {
        TestClient.Answer answer =
                client.post(
                        INFER,
                        """
                        {"id": "seven", "parameters": {"timeout": 2500}, "inputs": [
                          {"name": "x1", "shape": [2], "datatype": "INT64", "data": [-5, 9007199254740993]},
                          {"name": "x0", "shape": [2, 2], "datatype": "FP32", "data": [[1.5, -2], [3e3, "NaN"]]}]}
                        """);
        assertEquals(200, answer.status(), answer.json().toString());
        assertEquals("seven", answer.json().get("id").asText());
        assertEquals("echo", answer.json().get("model_name").asText());
        assertEquals("echo@1.0.0", answer.json().at("/parameters/backend").asText());
        assertEquals("[1.5,-2.0,3000.0,\"NaN\"]", answer.json().at("/outputs/0/data").toString());
        assertEquals("[2,2]", answer.json().at("/outputs/0/shape").toString());
        assertEquals("[-5,9007199254740993]", answer.json().at("/outputs/1/data").toString());
        assertEquals(2_500_000, echo.timeout.get());
    }

    @Test
    void infersWithBinaryBothWays() throws Exception {
        String json =
                """
                {"inputs": [
                  {"name": "x0", "shape": [3], "datatype": "FP32", "parameters": {"binary_data_size": 12}},
                  {"name": "x1", "shape": [1], "datatype": "INT64", "parameters": {"binary_data_size": 8}}],
                 "outputs": [
                  {"name": "y1", "parameters": {"binary_data": false}},
                  {"name": "y0", "parameters": {"binary_data": true}}]}""";
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body =
                ByteBuffer.allocate(header.length + 20).order(ByteOrder.LITTLE_ENDIAN).put(header);
        body.putFloat(1).putFloat(2).putFloat(Float.NaN).putLong(42);
        TestClient.Answer answer =
                client.send(
                        "POST",
                        "/v2/models/echo/versions/1/infer",
                        body.array(),
                        "Inference-Header-Content-Length",
                        Integer.toString(header.length));
        assertEquals(200, answer.status(), answer.json().toString());
        assertEquals("y1", answer.json().at("/outputs/0/name").asText());
        assertEquals("[42]", answer.json().at("/outputs/0/data").toString());
        assertEquals(12, answer.json().at("/outputs/1/parameters/binary_data_size").asInt());
        byte[] all = answer.response().body();
        assertEquals(
                ByteBuffer.wrap(body.array(), header.length, 12),
                ByteBuffer.wrap(all, all.length - 12, 12));
    }

    @Test
    void largeTensorsArriveAsTheyWereSent() throws Exception {
        float[] values = new float[3_000_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.5f;
        }
        byte[] header =
                """
                {"parameters": {"binary_data_output": true}, "inputs": [
                  {"name": "x1", "shape": [0], "datatype": "INT64", "data": []},
                  {"name": "x0", "shape": [3000000], "datatype": "FP32", "parameters": {"binary_data_size": 12000000}}],
                 "outputs": [{"name": "y0"}]}"""
                        .getBytes(StandardCharsets.UTF_8);
        ByteBuffer body =
                ByteBuffer.allocate(header.length + 12_000_000)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(header);
        body.asFloatBuffer().put(values);
        TestClient.Answer answer =
                client.send(
                        "POST",
                        INFER,
                        body.array(),
                        "Inference-Header-Content-Length",
                        Integer.toString(header.length));
        assertEquals(200, answer.status());
        byte[] all = answer.response().body();
        assertTrue(
                Arrays.equals(
                        body.array(),
                        header.length,
                        body.capacity(),
                        all,
                        all.length - 12_000_000,
                        all.length));
    }

    @Test
    void errorsAreTypedAndLeaveNothingBehind() throws Exception {
        TestEndpoint model = TestEndpoint.of("breaks", DataType.FLOAT);
        ServiceRegistration<?> registration = framework.register(model);
        String path = "/v2/models/breaks/infer";
        String request =
                "{\"inputs\":[{\"name\":\"x0\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}";
        Map<InferenceException.Code, Integer> statuses =
                Map.of(
                        InferenceException.Code.INVALID_INPUT, 400,
                        InferenceException.Code.BUSY, 429,
                        InferenceException.Code.BACKEND_FAILED, 500,
                        InferenceException.Code.UNAVAILABLE, 503,
                        InferenceException.Code.DEADLINE_EXCEEDED, 504);
        for (Map.Entry<InferenceException.Code, Integer> entry : statuses.entrySet()) {
            model.failure = new InferenceException(entry.getKey(), "because");
            TestClient.Answer answer = client.post(path, request);
            assertEquals(entry.getValue(), answer.status());
            assertEquals("because", answer.error());
            assertEquals(entry.getKey().name(), answer.json().get("kind").asText());
        }
        model.failure = null;
        assertEquals(200, client.post(path, request).status());
        assertEquals(1, model.opened.get());
        model.state = EndpointState.UNLOADED;
        assertEquals(503, client.post(path, request).status());
        assertEquals(503, client.get("/v2/models/breaks/ready").status());
        registration.unregister();
        model.awaitIdle(0);
        assertEquals(404, client.post(path, request).status());
    }

    @Test
    void wrongRequestsAreRefusedWithASentence() throws Exception {
        assertEquals(400, client.post(INFER, "").status());
        assertEquals(400, client.post(INFER, "[1]").status());
        TestClient.Answer missing = client.post(INFER, "{\"inputs\":[]}");
        assertEquals(400, missing.status());
        assertTrue(missing.error().contains("x0"), missing.error());
        assertEquals(405, client.get(INFER).status());
        assertEquals(404, client.get("/nothing/here").status());
        assertFalse(client.get("/nothing/here").error().isEmpty());
    }

    @Test
    void statisticsHaveTritonsShape() throws Exception {
        TestClient.Answer answer = client.get("/v2/models/echo/stats");
        assertEquals(200, answer.status());
        assertEquals(7, answer.json().at("/model_stats/0/inference_count").asLong());
        assertEquals(7, answer.json().at("/model_stats/0/inference_stats/success/count").asLong());
        assertEquals(3, answer.json().at("/model_stats/0/inference_stats/fail/count").asLong());
        assertEquals(200, client.get("/v2/models/stats").status());
    }
}
