package ai.tenon.mqtt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Whoever is on the other side of the broker. */
final class Client implements AutoCloseable {
    private final String id = UUID.randomUUID().toString();
    private final String answers = "clients/" + id;
    private final BlockingQueue<Received> inbox = new LinkedBlockingQueue<>();
    private final MqttAsyncClient client;

    record Received(String topic, JsonNode json, String correlationData, boolean retained) {}

    Client(String uri, String... topics) throws MqttException {
        client = new MqttAsyncClient(uri.replace("mqtt:", "tcp:"), id, new MemoryPersistence());
        client.setCallback(new Incoming(this::receive));
        client.connect().waitForCompletion();
        client.subscribe(answers, 1).waitForCompletion();
        for (String topic : topics) {
            client.subscribe(topic, 1).waitForCompletion();
        }
    }

    private void receive(String topic, MqttMessage message) {
        if (topic.contains("/request/")) {
            return; // its own
        }
        try {
            byte[] correlation = message.getProperties().getCorrelationData();
            inbox.add(
                    new Received(
                            topic,
                            new ObjectMapper().readTree(message.getPayload()),
                            correlation == null
                                    ? ""
                                    : new String(correlation, StandardCharsets.UTF_8),
                            message.isRetained()));
        } catch (java.io.IOException e) {
            throw new AssertionError("not JSON: " + message, e);
        }
    }

    String answers() {
        return answers;
    }

    void ask(String topic, String payload, String correlationData) throws MqttException {
        ask(topic, payload, correlationData, answers);
    }

    /** Asks, and leaves the request to whoever subscribes later; an empty one removes it. */
    void leave(String topic, String payload, String correlationData) throws MqttException {
        publish(topic, payload, correlationData, answers, true);
    }

    void ask(String topic, String payload, String correlationData, String responseTopic)
            throws MqttException {
        publish(topic, payload, correlationData, responseTopic, false);
    }

    private void publish(
            String topic,
            String payload,
            String correlationData,
            String responseTopic,
            boolean retained)
            throws MqttException {
        MqttProperties properties = new MqttProperties();
        properties.setResponseTopic(responseTopic);
        if (correlationData != null) {
            properties.setCorrelationData(correlationData.getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        client.publish(topic, new MqttMessage(bytes, 1, retained, properties)).waitForCompletion();
    }

    /** The next message; whoever waits in vain runs into the test's timeout. */
    Received next() throws InterruptedException {
        return inbox.take();
    }

    /** The next message to one of these topics; others are passed over. */
    Received next(String... topics) throws InterruptedException {
        while (true) {
            Received received = inbox.take();
            if (Arrays.asList(topics).contains(received.topic)) {
                return received;
            }
        }
    }

    @Override
    public void close() throws MqttException {
        client.disconnect().waitForCompletion();
        client.close();
    }
}
