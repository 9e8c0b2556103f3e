package ai.tenon.mqtt.internal;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * A message with a JSON payload.
 *
 * @param correlationData null for none
 */
record Outgoing(String topic, byte[] payload, int qos, boolean retained, byte[] correlationData) {
    static final int AT_MOST_ONCE = 0;
    static final int AT_LEAST_ONCE = 1;

    /** Kept by the broker for whoever subscribes later. */
    static Outgoing retained(String topic, byte[] payload) {
        return new Outgoing(topic, payload, AT_LEAST_ONCE, true, null);
    }

    MqttMessage message() {
        MqttProperties properties = new MqttProperties();
        properties.setPayloadFormat(true);
        properties.setContentType("application/json");
        if (correlationData != null) {
            properties.setCorrelationData(correlationData);
        }
        return new MqttMessage(payload, qos, retained, properties);
    }

    /** Publishes; waits for the broker's word unless at most once is enough. */
    void publish(MqttAsyncClient client, long millis) throws MqttException {
        IMqttToken token = client.publish(topic, message());
        if (qos > AT_MOST_ONCE) {
            token.waitForCompletion(millis);
        }
    }
}
