package ai.tenon.mqtt.internal;

import ai.tenon.device.Sensor;
import ai.tenon.inference.Endpoint;
import ai.tenon.management.Operations;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.osgi.service.event.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this gateway says and hears over its link. */
final class GatewayLink implements Link.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayLink.class);

    private final Topics topics;
    private final Json json = new Json();
    private final Sources sources;
    private final Requests requests;
    private final Telemetry telemetry = new Telemetry();
    private final long telemetryNanos;
    private final Link link;
    private long telemetryAt = System.nanoTime();

    /**
     * What is spoken about.
     *
     * @param queries by kind; a supplier yields null for what is not there
     * @param operations yields null while there are none
     */
    record Sources(
            Map<String, Supplier<?>> queries,
            Supplier<Operations> operations,
            Collection<Endpoint> endpoints,
            Collection<Sensor> sensors) {}

    /**
     * Connects in the background.
     *
     * @throws IllegalArgumentException if the settings cannot work; the message names the key
     */
    GatewayLink(Settings settings, Sources sources, String profile, String version) {
        if (settings.clientId().isBlank()) {
            throw new IllegalArgumentException("'clientId' must be set, unique on the broker");
        }
        Broker broker = Broker.parse(settings.broker());
        this.sources = sources;
        this.topics =
                new Topics(
                        settings.prefix().isEmpty()
                                ? "tenon/" + settings.clientId()
                                : settings.prefix());
        this.requests =
                new Requests(
                        sources.queries(),
                        sources.operations(),
                        new RequestReader(json, settings.allowInstall()),
                        json,
                        "mqtt");
        this.telemetryNanos = TimeUnit.SECONDS.toNanos(settings.telemetrySeconds());
        this.link =
                new Link(
                        new Session(
                                settings,
                                broker,
                                topics,
                                json,
                                new Session.Gateway(profile, version, requests.kinds())),
                        topics.requests(),
                        this);
        warn(settings, broker);
        link.start();
    }

    private static void warn(Settings settings, Broker broker) {
        if (settings.allowInstall()) {
            LOG.warn(
                    "Everybody who may publish to MQTT broker {} may install bundles on this gateway"
                            + " and so run any code: 'allowInstall' of ai.tenon.mqtt is on, and"
                            + " signatures are not checked yet",
                    broker);
        }
        if (!settings.username().isEmpty() && broker.isOpenToEavesdroppers()) {
            LOG.warn("The password for MQTT broker {} travels in the clear; use mqtts://", broker);
        }
    }

    @Override
    public void received(String topic, MqttMessage message) {
        String responseTopic = message.getProperties().getResponseTopic();
        byte[] correlationData = message.getProperties().getCorrelationData();
        if (responseTopic != null && !topics.isForAnswers(responseTopic)) {
            LOG.debug("A request whose answer cannot be sent to {} is ignored", responseTopic);
            return;
        }
        Consumer<Answer> answers =
                answer -> {
                    if (responseTopic != null) {
                        link.publish(
                                new Outgoing(
                                        responseTopic,
                                        json.bytes(answer),
                                        Outgoing.AT_LEAST_ONCE,
                                        false,
                                        correlationData));
                    }
                };
        requests.handle(topics.kindOf(topic), message.getPayload(), correlationData, answers);
    }

    @Override
    public void tick() {
        requests.reportEnded();
        if (telemetryNanos > 0 && System.nanoTime() - telemetryAt >= 0) {
            telemetryAt = System.nanoTime() + telemetryNanos;
            Telemetry.Sample sample = telemetry.sample(sources.endpoints(), sources.sensors());
            link.publish(
                    new Outgoing(
                            topics.telemetry(),
                            json.bytes(sample),
                            Outgoing.AT_MOST_ONCE,
                            false,
                            null));
        }
    }

    /** From any thread, at once: passes an event on, in the background. */
    void tell(Event event) {
        Map<String, String> properties = new TreeMap<>();
        for (String name : event.getPropertyNames()) {
            if (!name.equals("event.topics")) {
                properties.put(name, String.valueOf(event.getProperty(name)));
            }
        }
        link.send(
                () ->
                        new Outgoing(
                                topics.event(event.getTopic()),
                                json.bytes(properties),
                                Outgoing.AT_LEAST_ONCE,
                                false,
                                null));
    }

    @Override
    public void close() {
        link.close();
    }
}
