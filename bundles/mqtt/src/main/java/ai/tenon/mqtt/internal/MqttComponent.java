package ai.tenon.mqtt.internal;

import ai.tenon.device.DeviceDescription;
import ai.tenon.device.Sensor;
import ai.tenon.inference.Endpoint;
import ai.tenon.management.ModelRepository;
import ai.tenon.management.Operations;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MQTT as OSGi sees it: what it speaks about may come and go; off without a broker. */
@Component(
        immediate = true,
        configurationPid = "ai.tenon.mqtt",
        property = "event.topics=ai/tenon/*")
public final class MqttComponent implements EventHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MqttComponent.class);

    private final Set<Endpoint> endpoints = ConcurrentHashMap.newKeySet();
    private final Set<Sensor> sensors = ConcurrentHashMap.newKeySet();
    private final GatewayLink link;
    private volatile Operations operations;
    private volatile ModelRepository repository;
    private volatile DeviceDescription device;

    @Activate
    public MqttComponent(BundleContext context, Settings settings) {
        link = settings.broker().isBlank() ? null : open(context, settings);
    }

    private GatewayLink open(BundleContext context, Settings settings) {
        try {
            return new GatewayLink(
                    settings,
                    new GatewayLink.Sources(queries(), () -> operations, endpoints, sensors),
                    String.valueOf(context.getProperty("ai.tenon.profile")),
                    String.valueOf(context.getProperty("ai.tenon.version")));
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "MQTT stays off; correct the configuration ai.tenon.mqtt: {}", e.getMessage());
            return null;
        }
    }

    private Map<String, Supplier<?>> queries() {
        return Map.of(
                "status", ask(Operations::status),
                "endpoints", ask(Operations::endpoints),
                "backends", ask(Operations::backends),
                "bundles", ask(Operations::bundles),
                "generations", ask(Operations::generations),
                "retired", ask(Operations::retired),
                "operations", ask(Operations::recent),
                "models", this::models,
                "device", () -> device);
    }

    private Supplier<?> ask(Function<Operations, ?> question) {
        return () -> {
            Operations current = operations;
            return current == null ? null : question.apply(current);
        };
    }

    private Collection<?> models() {
        ModelRepository current = repository;
        return current == null ? null : current.list();
    }

    @Deactivate
    void deactivate() {
        if (link != null) {
            link.close();
        }
    }

    @Override
    public void handleEvent(Event event) {
        if (link != null) {
            link.tell(event);
        }
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindOperations(Operations service) {
        operations = service;
    }

    void unbindOperations(Operations service) {
        operations = operations == service ? null : operations;
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindRepository(ModelRepository service) {
        repository = service;
    }

    void unbindRepository(ModelRepository service) {
        repository = repository == service ? null : repository;
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindDevice(DeviceDescription service) {
        device = service;
    }

    void unbindDevice(DeviceDescription service) {
        device = device == service ? null : device;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindEndpoint(Endpoint service) {
        endpoints.add(service);
    }

    void unbindEndpoint(Endpoint service) {
        endpoints.remove(service);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindSensor(Sensor service) {
        sensors.add(service);
    }

    void unbindSensor(Sensor service) {
        sensors.remove(service);
    }
}
