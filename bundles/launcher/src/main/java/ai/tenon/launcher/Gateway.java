package ai.tenon.launcher;

import ai.tenon.store.BundleEntry;
import ai.tenon.store.ContentStore;
import ai.tenon.store.Generation;
import ai.tenon.store.GenerationStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;

/** Runs a gateway until it stops or wants to be started again. */
final class Gateway {
    /** Exit code that asks the caller to start the gateway again. */
    static final int RESTART = 75;

    /** The configuration that says at which port the gateway listens. */
    private static final String HTTP = "ai.tenon.http";

    private static final int STARTED = 12;
    private static final long STOP_MILLIS = 30_000;

    /** Longer than provisioning waits by itself. */
    private static final long PATIENCE_MILLIS = 180_000;

    /** The service of whoever manages the gateway. */
    private static final String OPERATIONS = "ai.tenon.management.Operations";

    private final Arguments arguments;
    private final Distribution distribution;
    private final Consumer<String> say;

    Gateway(Arguments arguments, Distribution distribution, Consumer<String> say) {
        this.arguments = arguments;
        this.distribution = distribution;
        this.say = say;
    }

    /**
     * @return the exit code
     */
    int run() throws IOException, BundleException, UsageException, InterruptedException {
        Path data =
                arguments
                        .data()
                        .orElseThrow(
                                () ->
                                        new UsageException(
                                                "a gateway needs a folder for its data;"
                                                        + " say --data DIR"));
        try (DataLock lock = DataLock.take(data)) {
            Generation generation = new Choice(data, distribution, say).make();
            try {
                checkPort(generation);
            } catch (UsageException e) {
                // no failure of the generation's: it must not count against it
                new GenerationStore(data).clearAttempts();
                throw e;
            }
            FrameworkContent content = new FrameworkContent(data);
            Framework framework =
                    Frameworks.create(
                            FrameworkProperties.of(
                                    arguments, distribution, content.open(), level(generation)),
                            arguments.verbose(),
                            say);
            FrameworkContent.match(
                    framework.getBundleContext(),
                    generation,
                    hash -> distribution.verified(hash, ContentStore.ofBundles(data)));
            // Not before: what ends by itself up to here is a start in vain, no clean stop.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(framework, content, data)));
            Signals.handle(signal -> stop(framework, content, data));
            framework.start();
            watch(data, generation, framework);
            if (framework.waitForStop(0).getType() == FrameworkEvent.STOPPED_UPDATE) {
                // The framework is about to start itself again inside this process; it must not.
                Runtime.getRuntime().halt(RESTART);
            }
            return 0;
        }
    }

    private void watch(Path data, Generation generation, Framework framework) {
        new Watchdog(data, generation.hash(), say)
                .start(
                        Long.getLong("ai.tenon.launcher.patienceMillis", PATIENCE_MILLIS),
                        () -> isManaged(framework.getBundleContext()),
                        () -> Runtime.getRuntime().halt(RESTART));
    }

    private static boolean isManaged(BundleContext context) {
        try {
            return context.getAllServiceReferences(OPERATIONS, null) != null;
        } catch (InvalidSyntaxException | IllegalStateException e) {
            // The framework stops: that is no hanging start.
            return true;
        }
    }

    private static int level(Generation generation) {
        return Math.max(
                STARTED,
                generation.bundles().stream().mapToInt(BundleEntry::startLevel).max().orElse(1));
    }

    /** Runs on every way out but a kill or a restart; a stop that was asked for is no failure. */
    private synchronized void stop(Framework framework, FrameworkContent content, Path data) {
        try {
            framework.stop();
            if (framework.waitForStop(STOP_MILLIS).getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                say.accept(
                        "The gateway did not stop in " + STOP_MILLIS / 1000 + " s; it ends now.");
                Runtime.getRuntime().halt(1);
            }
            content.stopped();
            new GenerationStore(data).clearAttempts();
            Runtime.getRuntime().halt(0);
        } catch (BundleException | InterruptedException | IOException e) {
            say.accept("The gateway did not stop cleanly: " + e.getMessage());
            Runtime.getRuntime().halt(1);
        }
    }

    /** A gateway that nobody can reach says so before it starts, not in its log. */
    private void checkPort(Generation generation) throws IOException, UsageException {
        Object configured = generation.configuration().getOrDefault(HTTP, Map.of()).get("port");
        int port =
                arguments
                        .port()
                        .orElse(configured == null ? 0 : Arguments.port(configured.toString()));
        if (port != 0) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                probe.getLocalPort();
            } catch (java.net.BindException e) {
                throw new UsageException(
                        "port "
                                + port
                                + " is in use; choose another one with --port, or 0 for any");
            }
        }
    }
}
