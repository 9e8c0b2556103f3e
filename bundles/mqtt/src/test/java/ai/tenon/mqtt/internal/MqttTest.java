package ai.tenon.mqtt.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.device.Sensor;
import ai.tenon.event.Topics;
import ai.tenon.management.ManagementException;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.Request;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.event.Event;

/** A gateway and a client on a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class MqttTest {
    private EmbeddedBroker broker;
    private ScriptedOperations operations;
    private String prefix;
    private MqttComponent gateway;
    private Client client;

    @BeforeAll
    void startBroker(@TempDir Path folder) throws Exception {
        broker = new EmbeddedBroker(folder);
    }

    @AfterAll
    void stopBroker() throws Exception {
        broker.close();
    }

    @BeforeEach
    void newGateway() throws Exception {
        operations = new ScriptedOperations();
        prefix = "hall/" + UUID.randomUUID();
        client = new Client(broker.uri(), prefix + "/#");
    }

    @AfterEach
    void stopGateway() throws Exception {
        gateway.deactivate();
        client.close();
    }

    private void start(String uri, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(
                Map.of("broker", uri, "clientId", UUID.randomUUID().toString(), "prefix", prefix));
        gateway = Gateways.start(all);
        gateway.bindOperations(operations);
    }

    private JsonNode startAndAwaitBirth(Map<String, Object> settings) throws Exception {
        start(broker.uri(), settings);
        return client.next(prefix + "/birth").json();
    }

    private void startQuietly() throws Exception {
        startAndAwaitBirth(Map.of("telemetrySeconds", 0));
    }

    private JsonNode ask(String kind, String payload, String correlationData) throws Exception {
        client.ask(prefix + "/request/" + kind, payload, correlationData);
        Client.Received answer = client.next(client.answers());
        assertEquals(correlationData == null ? "" : correlationData, answer.correlationData());
        return answer.json();
    }

    private static void assertRefused(String kind, JsonNode answer) {
        assertFalse(answer.path("ok").asBoolean(), answer::toString);
        assertTrue(answer.path("last").asBoolean(), answer::toString);
        assertEquals(kind, answer.path("kind").asText(), answer::toString);
        assertFalse(answer.path("error").asText().isBlank(), answer::toString);
    }

    @Test
    void theLastWillIsToldWhenTheLineIsCutAndTheGatewayComesBack() throws Exception {
        try (CuttableLine line = new CuttableLine(broker.port())) {
            start(line.uri(), Map.of("telemetrySeconds", 0));
            JsonNode birth = client.next(prefix + "/birth").json();
            assertEquals("test", birth.path("profile").asText());
            assertFalse(birth.path("allowInstall").asBoolean());
            assertTrue(birth.path("requests").toString().contains("\"swap\""));

            line.cut();
            JsonNode death = client.next(prefix + "/death").json();
            assertEquals(birth.path("session"), death.path("session"));
            assertEquals("connection lost", death.path("reason").asText());

            JsonNode second = client.next(prefix + "/birth").json();
            assertNotEquals(birth.path("session"), second.path("session"));
            assertTrue(ask("status", "", "s").path("result").path("ready").asBoolean());
        }
    }

    @Test
    void whoComesLaterLearnsWhatIsAndACleanStopIsToldToo() throws Exception {
        JsonNode birth = startAndAwaitBirth(Map.of("telemetrySeconds", 0));
        try (Client late = new Client(broker.uri(), prefix + "/#")) {
            Client.Received retained = late.next();
            assertEquals(prefix + "/birth", retained.topic());
            assertTrue(retained.retained());
        }
        gateway.deactivate();
        JsonNode death = client.next(prefix + "/death").json();
        assertEquals("stopped", death.path("reason").asText());
        assertEquals(birth.path("session"), death.path("session"));
        gateway = Gateways.start(Map.of());
    }

    @Test
    void queriesAreAnswered() throws Exception {
        startQuietly();
        JsonNode endpoints = ask("endpoints", "{}", "q-1");
        assertTrue(endpoints.path("ok").asBoolean());
        assertEquals("reference@0.1.0", endpoints.path("result").path(0).path("backend").asText());
        for (String kind : List.of("backends", "bundles", "generations", "operations")) {
            assertTrue(ask(kind, "", null).path("result").isArray(), kind);
        }
        assertRefused("NOT_FOUND", ask("models", "", "q-2"));
        assertRefused("NOT_FOUND", ask("device", "", "q-3"));
    }

    @Test
    void hostilePayloadsAreRefusedAndHarmless() throws Exception {
        startQuietly();
        assertRefused("INVALID", ask("format-disk", "{}", "h-1"));
        assertRefused("INVALID", ask("swap", "{\"name\":", "h-2"));
        assertRefused("INVALID", ask("swap", "[1]", "h-3"));
        assertRefused("INVALID", ask("swap", "[".repeat(5000), "h-4"));
        assertRefused("INVALID", ask("swap", "{\"name\":\"a\",\"name\":\"b\"}", "h-5"));
        assertRefused("INVALID", ask("swap", "{\"name\":\"m\",\"force\":true}", "h-6"));
        assertRefused("INVALID", ask("swap", "{}", "h-7"));
        assertRefused(
                "INVALID", ask("swap", "{\"name\":\"" + "x".repeat(Json.MAX_BYTES) + "\"}", "h-8"));
        assertRefused("INVALID", ask("swap", "{\"name\":\"minilm\"}", null));
        assertEquals(List.of(), operations.executed);
        assertTrue(ask("status", "", "h-9").path("ok").asBoolean());
    }

    @Test
    void nobodySpeaksInTheGatewaysName() throws Exception {
        startQuietly();
        client.ask(prefix + "/request/status", "", "n-1", prefix + "/birth");
        client.ask(prefix + "/request/status", "", "n-2", prefix + "/request/status");
        client.ask(prefix + "/request/status", "", "n-3", prefix + "/response/me");
        Client.Received answer =
                client.next(prefix + "/birth", prefix + "/response/me", client.answers());
        assertEquals("n-3", answer.correlationData());
    }

    @Test
    void aChangeExecutesOnceHoweverOftenItIsAsked() throws Exception {
        startQuietly();
        String swap = "{\"name\":\"minilm\",\"backend\":\"reference\"}";
        JsonNode accepted = ask("swap", swap, "swap-1");
        assertTrue(accepted.path("ok").asBoolean());
        assertFalse(accepted.path("last").asBoolean());
        assertEquals("swap-1", accepted.path("operation").path("id").asText());
        assertEquals("RUNNING", accepted.path("operation").path("state").asText());
        assertEquals(accepted, ask("swap", swap, "swap-1"));
        assertRefused("CONFLICT", ask("unload", "{\"name\":\"minilm\"}", "swap-1"));
        assertEquals(List.of(new Request.Swap("minilm", "reference")), operations.executed);

        operations.end("swap-1", OperationInfo.State.SUCCEEDED, null);
        for (int asked = 0; asked < 2; asked++) {
            Client.Received ended = client.next(client.answers());
            assertEquals("swap-1", ended.correlationData());
            assertTrue(ended.json().path("ok").asBoolean());
            assertTrue(ended.json().path("last").asBoolean());
            assertEquals(7, ended.json().path("operation").path("generation").asInt());
        }
    }

    @Test
    void whatSomebodyLeftRetainedIsNoRequest() throws Exception {
        String unload = "{\"name\":\"minilm\"}";
        client.leave(prefix + "/request/unload", unload, "left-1");
        startQuietly();
        ask("load", "{\"name\":\"minilm\"}", "asked-1");
        assertEquals(List.of(new Request.Load("minilm")), operations.executed);
        client.leave(prefix + "/request/unload", "", "left-2");
    }

    @Test
    void aChangeThatFailsSaysWhy() throws Exception {
        startQuietly();
        String id = OperationId.of("swap übermorgen".getBytes("UTF-8"));
        JsonNode accepted = ask("load", "{\"name\":\"minilm\"}", "swap übermorgen");
        assertEquals(id, accepted.path("operation").path("id").asText());
        operations.end(id, OperationInfo.State.FAILED, ManagementException.Kind.FAILED);
        assertRefused("FAILED", client.next(client.answers()).json());
    }

    @Test
    void installingIsOffUnlessSwitchedOn() throws Exception {
        startQuietly();
        String bundle = "{\"bundle\":\"https://example.org/b.jar\",\"sha256\":\"ab\"}";
        assertRefused("REFUSED", ask("install", bundle, "i-1"));
        assertRefused("REFUSED", ask("update", bundle, "i-2"));
        assertRefused(
                "REFUSED",
                ask(
                        "configure",
                        "{\"pid\":\"ai.tenon.mqtt\",\"values\":{\"allowInstall\":\"true\"}}",
                        "i-3"));
        assertRefused(
                "REFUSED", ask("deploy", "{\"name\":\"m\",\"model\":\"file:/etc/passwd\"}", "i-4"));
        assertRefused(
                "INVALID",
                ask("deploy", "{\"name\":\"m\",\"model\":\"https://example.org/m.onnx\"}", "i-5"));
        assertEquals(List.of(), operations.executed);
    }

    @Test
    void installingByAddressAndHashWhenSwitchedOn() throws Exception {
        JsonNode birth = startAndAwaitBirth(Map.of("telemetrySeconds", 0, "allowInstall", true));
        assertTrue(birth.path("allowInstall").asBoolean());
        assertRefused("INVALID", ask("install", "{\"bundle\":\"https://example.org/b.jar\"}", "a"));
        assertRefused("REFUSED", ask("install", "{\"bundle\":\"file:/b.jar\"}", "b"));
        String bundle = "{\"bundle\":\"https://example.org/b.jar\",\"sha256\":\"ab\"}";
        assertTrue(ask("install", bundle, "c").path("ok").asBoolean());
        assertEquals(1, operations.executed.size());
    }

    @Test
    void telemetryCountsAndMeasures() throws Exception {
        start(broker.uri(), Map.of());
        CountingEndpoint endpoint = new CountingEndpoint();
        gateway.bindEndpoint(endpoint);
        gateway.bindSensor(new Thermometer(OptionalDouble.empty()));
        gateway.bindSensor(new Thermometer(null));
        gateway.bindSensor(new Thermometer(OptionalDouble.of(48.5)));
        JsonNode sample = client.next(prefix + "/telemetry").json();
        while (sample.path("endpoints").isEmpty() || sample.path("sensors").isEmpty()) {
            sample = client.next(prefix + "/telemetry").json();
        }
        assertEquals(1, sample.path("sensors").size());
        assertEquals(48.5, sample.path("sensors").path(0).path("value").asDouble());
        assertEquals("°C", sample.path("sensors").path(0).path("unit").asText());
        assertTrue(sample.path("memory").path("heapUsedBytes").asLong() > 0);
        endpoint.served.set(10);
        JsonNode counted = sample.path("endpoints").path(0);
        while (counted.path("served").asLong() == 0) {
            assertFalse(counted.has("computeMillis"), counted::toString);
            counted = client.next(prefix + "/telemetry").json().path("endpoints").path(0);
        }
        assertEquals(10, counted.path("served").asLong());
        assertEquals(1, counted.path("failed").asLong());
        assertEquals(2.0, counted.path("computeMillis").asDouble());
        assertEquals(0.5, counted.path("queueMillis").asDouble());
    }

    /**
     * @param value null for a sensor that fails
     */
    private record Thermometer(OptionalDouble value) implements Sensor {
        @Override
        public String name() {
            return "thermal_zone0";
        }

        @Override
        public Kind kind() {
            return Kind.TEMPERATURE;
        }

        @Override
        public String source() {
            return "temp";
        }

        @Override
        public OptionalDouble read() {
            return Objects.requireNonNull(value, "broken");
        }
    }

    @Test
    void eventsArePassedOn() throws Exception {
        startQuietly();
        gateway.handleEvent(
                new Event(
                        Topics.ENDPOINT_CHANGED,
                        Map.of(Topics.ENDPOINT, "minilm", Topics.BACKEND, "reference@0.1.0")));
        Client.Received event = client.next(prefix + "/event/endpoint/changed");
        assertEquals("minilm", event.json().path("endpoint").asText());
        assertEquals("reference@0.1.0", event.json().path("backend").asText());
    }

    @Test
    void theGatewayComesBackAfterABrokerThatWasAway() throws Exception {
        startQuietly();
        client.close();
        broker.stop();
        broker.start();
        client = new Client(broker.uri(), prefix + "/#");
        client.next(prefix + "/birth");
        assertTrue(ask("status", "", "back").path("ok").asBoolean());
    }
}
