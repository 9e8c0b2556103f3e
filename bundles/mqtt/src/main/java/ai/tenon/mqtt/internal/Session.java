package ai.tenon.mqtt.internal;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * Who this gateway is to the broker. Birth and death are retained and carry the id of the
 * connection that they belong to: a gateway is there if its birth's is not its death's.
 */
final class Session {
    private static final int CONNECT_SECONDS = 10;
    private static final int KEEP_ALIVE_SECONDS = 15;
    private static final int RECEIVE_MAXIMUM = 32;

    private final Settings settings;
    private final Broker broker;
    private final Topics topics;
    private final Json json;
    private final Gateway gateway;
    private String id = "";

    /** What a birth tells of the gateway. */
    record Gateway(String profile, String version, Set<String> requests) {}

    /** The beginning of a connection. */
    record Life(MqttConnectionOptions options, Outgoing birth) {}

    private record Birth(
            String session,
            String clientId,
            String profile,
            String version,
            long sinceMillis,
            Set<String> requests,
            boolean allowInstall) {}

    private record Death(String session, String reason) {}

    Session(Settings settings, Broker broker, Topics topics, Json json, Gateway gateway) {
        this.settings = settings;
        this.broker = broker;
        this.topics = topics;
        this.json = json;
        this.gateway = gateway;
    }

    Broker broker() {
        return broker;
    }

    String clientId() {
        return settings.clientId();
    }

    /** A new id, with the death that the broker tells when the connection is lost. */
    Life begin() {
        id = UUID.randomUUID().toString();
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(false);
        options.setCleanStart(true);
        options.setSessionExpiryInterval(0L);
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        // room for topic and properties
        options.setMaximumPacketSize(2L * Json.MAX_BYTES);
        Outgoing death = death("connection lost");
        MqttMessage will = death.message();
        options.setWill(death.topic(), will);
        options.setWillMessageProperties(will.getProperties());
        if (!settings.username().isEmpty()) {
            options.setUserName(settings.username());
            options.setPassword(settings.password().getBytes(StandardCharsets.UTF_8));
        }
        Birth birth =
                new Birth(
                        id,
                        clientId(),
                        gateway.profile(),
                        gateway.version(),
                        System.currentTimeMillis(),
                        gateway.requests(),
                        settings.allowInstall());
        return new Life(options, Outgoing.retained(topics.birth(), json.bytes(birth)));
    }

    Outgoing death(String reason) {
        return Outgoing.retained(topics.death(), json.bytes(new Death(id, reason)));
    }
}
