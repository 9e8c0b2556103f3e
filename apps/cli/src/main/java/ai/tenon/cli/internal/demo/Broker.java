package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Talks to the demo's gateway through an MQTT broker, by the topics of the bundle mqtt. */
final class Broker implements AutoCloseable {
    private static final int AT_LEAST_ONCE = 1;
    private static final long PATIENCE_SECONDS = 60;
    private static final long GOODBYE_MILLIS = 1000;

    /** What the gateway is called on the broker. */
    final String gatewayId = "tenon-demo-" + UUID.randomUUID();

    final String url;
    private final String prefix = "tenon/" + gatewayId;
    private final BlockingQueue<JsonNode> births = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final MqttClient client;

    /**
     * Connects, and listens to the gateway to come.
     *
     * @param url as in {@code mqtt://host:1883}
     */
    Broker(String url) {
        this.url = url;
        try {
            // Paho's own names of these protocols
            String uri = url.replaceFirst("^mqtt:", "tcp:").replaceFirst("^mqtts:", "ssl:");
            client = new MqttClient(uri, "tenon-cli-" + UUID.randomUUID(), new MemoryPersistence());
            client.setCallback(new BrokerListener(this::received));
            client.connect();
            client.subscribe(birthTopic(), AT_LEAST_ONCE);
            client.subscribe(answerTopic(), AT_LEAST_ONCE);
        } catch (MqttException | IllegalArgumentException e) {
            throw new UserError(
                    "the broker at "
                            + url
                            + " does not take the connection ("
                            + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage())
                            + "); give an MQTT 5 broker, as in mqtt://127.0.0.1:1883",
                    e);
        }
    }

    /** Waits until the gateway says that it is there. */
    void awaitBirth() throws InterruptedException {
        if (births.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) == null) {
            throw new Failure("the gateway did not appear on the broker at " + url);
        }
    }

    /** Asks for a change and waits for its end. */
    void change(ObjectNode request) throws InterruptedException {
        ObjectNode fields = request.deepCopy();
        String kind = fields.remove("kind").asText();
        MqttMessage message = new MqttMessage(Json.write(fields).getBytes(StandardCharsets.UTF_8));
        message.setQos(AT_LEAST_ONCE);
        MqttProperties properties = new MqttProperties();
        properties.setResponseTopic(answerTopic());
        properties.setCorrelationData(
                UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
        message.setProperties(properties);
        answers.clear();
        try {
            client.publish(prefix + "/request/" + kind, message);
        } catch (MqttException e) {
            throw new Failure("the broker at " + url + " broke off: " + e.getMessage(), e);
        }
        JsonNode answer;
        do {
            answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new Failure("the gateway did not answer through the broker at " + url);
            }
        } while (!answer.path("last").asBoolean());
        if (!answer.path("ok").asBoolean()) {
            throw new Failure(
                    answer.path("error").asText(answer.path("operation").path("message").asText()));
        }
    }

    private void received(String topic, MqttMessage message) {
        try {
            (topic.equals(birthTopic()) ? births : answers).add(Json.read(message.getPayload()));
        } catch (IOException e) {
            // Not from a gateway; whoever waits for one says so when its time is over.
        }
    }

    private String birthTopic() {
        return prefix + "/birth";
    }

    private String answerTopic() {
        return prefix + "/response/demo";
    }

    @Override
    public void close() {
        try {
            client.disconnectForcibly(0, GOODBYE_MILLIS);
            client.close(true);
        } catch (MqttException e) {
            // It was closed already.
        }
    }
}
