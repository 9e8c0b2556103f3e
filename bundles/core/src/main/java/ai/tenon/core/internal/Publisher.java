package ai.tenon.core.internal;

import ai.tenon.event.Topics;
import ai.tenon.inference.Endpoint;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * Shows the outside what the reconciler did: endpoint services, the readiness condition, events.
 */
final class Publisher {
    private static final String READY = "ai.tenon.ready";

    private final BundleContext context;
    private final Supplier<EventAdmin> events;
    private ServiceRegistration<Condition> ready;

    /**
     * @param events yields null while there is no Event Admin
     */
    Publisher(BundleContext context, Supplier<EventAdmin> events) {
        this.context = context;
        this.events = events;
    }

    ServiceRegistration<Endpoint> register(ManagedEndpoint endpoint) {
        Hashtable<String, Object> properties =
                new Hashtable<>(Map.of(Endpoint.NAME, endpoint.name()));
        return context.registerService(Endpoint.class, endpoint, properties);
    }

    /** Called by the reconciler's thread only. */
    void ready(boolean isReady) {
        if (isReady && ready == null) {
            Hashtable<String, Object> properties =
                    new Hashtable<>(Map.of(Condition.CONDITION_ID, READY));
            ready = context.registerService(Condition.class, Condition.INSTANCE, properties);
        } else if (!isReady && ready != null) {
            try {
                ready.unregister();
            } catch (IllegalStateException e) {
                // The framework is stopping and has done it already.
            }
            ready = null;
        }
    }

    void changed(ManagedEndpoint endpoint, String message) {
        Deployment current = endpoint.current();
        post(
                Topics.ENDPOINT_CHANGED,
                Map.of(
                        Topics.ENDPOINT,
                        endpoint.name(),
                        Topics.STATE,
                        endpoint.state().name(),
                        Topics.BACKEND,
                        current == null ? "" : current.label(),
                        Topics.MESSAGE,
                        message));
    }

    void retired(String endpoint, String backend, Throwable error) {
        post(
                Topics.EXECUTABLE_RETIRED,
                Map.of(
                        Topics.ENDPOINT,
                        endpoint,
                        Topics.BACKEND,
                        backend,
                        Topics.STATE,
                        error == null ? "retired" : "pending",
                        Topics.MESSAGE,
                        error == null ? "" : String.valueOf(error)));
    }

    private void post(String topic, Map<String, Object> properties) {
        EventAdmin admin = events.get();
        if (admin != null) {
            admin.postEvent(new Event(topic, properties));
        }
    }
}
