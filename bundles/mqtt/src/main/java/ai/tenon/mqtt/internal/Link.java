package ai.tenon.mqtt.internal;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the broker, kept up by one thread: connects, connects again after ever longer
 * pauses, says hello and goodbye. All that is done about messages is done on this thread.
 */
final class Link implements AutoCloseable {
    /** What happens on the link's thread. */
    interface Listener {
        /** A message came in. */
        void received(String topic, MqttMessage message);

        /** Called ten times a second while there is a connection. */
        void tick();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final long TICK_MILLIS = 100;
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    /**
     * Two gateways with one client id throw each other out at once, and must not do it for ever.
     */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long WAIT_MILLIS = 10_000;
    private static final long GOODBYE_MILLIS = 1_000;
    private static final int MAX_QUEUE = 256;
    private static final int NO_RETAINED = 2;

    private final Session session;
    private final String subscription;
    private final Listener listener;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(
                    1,
                    task -> {
                        Thread made = new Thread(task, "tenon-mqtt");
                        made.setDaemon(true);
                        return made;
                    });
    private MqttAsyncClient client;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private long nextTry = System.nanoTime();
    private long connectedAt;
    private boolean complained;
    private volatile boolean connected;

    /**
     * @param subscription what is listened to
     */
    Link(Session session, String subscription, Listener listener) {
        this.session = session;
        this.subscription = subscription;
        this.listener = listener;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void start() {
        thread.scheduleWithFixedDelay(this::look, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From any thread: publishes in the background; dropped if there is no connection. */
    void send(Supplier<Outgoing> message) {
        enqueue(() -> publish(message.get()));
    }

    /** On the link's thread: publishes, and waits for the broker to have it. */
    void publish(Outgoing message) {
        MqttAsyncClient current = client;
        if (current == null || !current.isConnected()) {
            LOG.debug("No connection: a message to {} is dropped", message.topic());
            return;
        }
        try {
            message.publish(current, WAIT_MILLIS);
        } catch (MqttException | IllegalArgumentException e) {
            LOG.debug("A message to {} is lost", message.topic(), e);
        }
    }

    private void look() {
        try {
            if (client != null && client.isConnected()) {
                listener.tick();
                return;
            }
            if (client != null) {
                LOG.warn("The connection to MQTT broker {} is lost", session.broker());
                discard();
                if (System.nanoTime() - connectedAt > STABLE_NANOS) {
                    pauseMillis = FIRST_PAUSE_MILLIS;
                }
                tryLater();
            }
            if (System.nanoTime() - nextTry >= 0) {
                connect();
            }
        } catch (RuntimeException e) {
            // or the executor would never call again
            LOG.error("MQTT goes on after an error of its own", e);
        }
    }

    private void connect() {
        try {
            client =
                    new MqttAsyncClient(
                            session.broker().toString(),
                            session.clientId(),
                            new MemoryPersistence());
            client.setCallback(
                    new Incoming(
                            (topic, message) -> enqueue(() -> listener.received(topic, message))));
            Session.Life life = session.begin();
            client.connect(life.options()).waitForCompletion(WAIT_MILLIS);
            client.subscribe(subscription()).waitForCompletion(WAIT_MILLIS);
            life.birth().publish(client, WAIT_MILLIS);
            connected = true;
            connectedAt = System.nanoTime();
            complained = false;
            LOG.info("Connected to MQTT broker {} as '{}'", session.broker(), session.clientId());
        } catch (MqttException | IllegalArgumentException e) {
            discard();
            tryLater();
            if (!complained && !thread.isShutdown()) {
                complained = true;
                LOG.warn(
                        "MQTT broker {} does not take the connection; trying on: {}",
                        session.broker(),
                        e.getCause() == null ? e.toString() : e.getCause().toString());
            }
        }
    }

    private void tryLater() {
        nextTry = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    }

    /** A request that somebody left retained is none: only what is asked now counts. */
    private MqttSubscription subscription() {
        MqttSubscription requests = new MqttSubscription(subscription, Outgoing.AT_LEAST_ONCE);
        requests.setRetainHandling(NO_RETAINED);
        return requests;
    }

    private void discard() {
        MqttAsyncClient old = client;
        client = null;
        connected = false;
        if (old == null) {
            return;
        }
        try {
            old.disconnectForcibly(0, 0, false);
        } catch (MqttException e) {
            LOG.debug("An MQTT connection that is gone does not disconnect", e);
        }
        try {
            old.close(true);
        } catch (MqttException e) {
            LOG.debug("An MQTT connection that is gone does not close", e);
        }
    }

    private void enqueue(Runnable task) {
        if (thread.getQueue().size() >= MAX_QUEUE) {
            LOG.debug("Too many MQTT messages at once: one is dropped");
            return;
        }
        try {
            thread.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("An MQTT message after the end is dropped", e);
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.warn("An MQTT message could not be dealt with", e);
            }
        };
    }

    /** Says goodbye, if the broker listens, and ends. */
    @Override
    public void close() {
        if (connected) {
            thread.execute(guarded(this::sayGoodbye));
            thread.shutdown();
        } else {
            thread.shutdownNow();
        }
        try {
            if (!thread.awaitTermination(3 * GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void sayGoodbye() {
        if (client != null && client.isConnected()) {
            try {
                session.death("stopped").publish(client, GOODBYE_MILLIS);
                client.disconnect(GOODBYE_MILLIS).waitForCompletion(GOODBYE_MILLIS);
            } catch (MqttException e) {
                LOG.debug("MQTT ends without a goodbye", e);
            }
        }
        discard();
    }
}
