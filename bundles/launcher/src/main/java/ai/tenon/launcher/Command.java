package ai.tenon.launcher;

import ai.tenon.store.Durable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.util.tracker.ServiceTracker;
import sun.misc.Signal;

/** Runs one command of a command profile: no data, no generations, and nothing left behind. */
final class Command {
    /** Everything runs but what touches hardware; a command that needs it raises the level. */
    private static final int START_LEVEL = 7;

    private static final long COMMAND_MILLIS = 10_000;
    private static final long STOP_MILLIS = 10_000;

    /** A command may have to write what it has got so far; a second signal ends it. */
    private static final long FINISH_MILLIS = 120_000;

    /** Enough to take back a file that is half written. */
    private static final long GIVE_UP_MILLIS = 500;

    /** As shells count: 130 for Ctrl-C. */
    private static final int SIGNALLED = 128;

    private final Arguments arguments;
    private final Distribution distribution;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicInteger signalled = new AtomicInteger();

    Command(Arguments arguments, Distribution distribution) {
        this.arguments = arguments;
        this.distribution = distribution;
    }

    /**
     * @return the exit code
     */
    int run() throws IOException, BundleException, InterruptedException, UsageException {
        if (!distribution.profile().configuration().isEmpty()) {
            throw new UsageException(
                    "profile "
                            + distribution.profile().name()
                            + " runs commands and has no configuration; remove its config lines");
        }
        Path cache = Files.createTempDirectory("tenon-");
        Framework framework =
                Frameworks.create(
                        FrameworkProperties.of(arguments, distribution, cache, START_LEVEL),
                        arguments.verbose(),
                        System.err::println);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(framework, cache)));
        Signals.handle(signal -> receive(signal, cache, main));
        try {
            int exitCode = call(framework);
            return signalled.get() == 0 ? exitCode : SIGNALLED + signalled.get();
        } catch (InterruptedException e) {
            if (signalled.get() == 0) {
                throw e;
            }
            return SIGNALLED + signalled.get();
        } finally {
            finished.countDown();
        }
    }

    private void receive(Signal signal, Path cache, Thread main) {
        boolean first = signalled.compareAndSet(0, signal.getNumber());
        main.interrupt();
        try {
            if (!finished.await(first ? FINISH_MILLIS : GIVE_UP_MILLIS, TimeUnit.MILLISECONDS)) {
                Durable.deleteTree(cache);
                Runtime.getRuntime().halt(SIGNALLED + signal.getNumber());
            }
        } catch (IOException | UncheckedIOException | InterruptedException e) {
            System.err.println(cache + " could not be deleted: " + e.getMessage());
            Runtime.getRuntime().halt(SIGNALLED + signal.getNumber());
        }
    }

    private int call(Framework framework)
            throws IOException, BundleException, InterruptedException {
        BundleContext context = framework.getBundleContext();
        for (Path jar : distribution.jars()) {
            Bundle bundle = context.installBundle("reference:" + jar.toUri());
            FrameworkContent.start(
                    bundle, distribution.profile().startLevel(bundle.getSymbolicName()));
        }
        Hashtable<String, Object> marked = new Hashtable<>();
        marked.put("ai.tenon.command.argv", true);
        context.registerService(String[].class, arguments.argv().toArray(String[]::new), marked);
        framework.start();
        ServiceTracker<IntSupplier, IntSupplier> commands = tracker(context);
        commands.open();
        IntSupplier command = commands.waitForService(COMMAND_MILLIS);
        if (command == null) {
            throw new BundleException(
                    "profile "
                            + distribution.profile().name()
                            + " offers no command; --verbose shows which bundle does not start");
        }
        return command.getAsInt();
    }

    private static ServiceTracker<IntSupplier, IntSupplier> tracker(BundleContext context) {
        try {
            return new ServiceTracker<>(
                    context,
                    context.createFilter(
                            "(&("
                                    + Constants.OBJECTCLASS
                                    + "="
                                    + IntSupplier.class.getName()
                                    + ")(ai.tenon.command=true))"),
                    null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The only shutdown hook: stops the framework and cleans up. */
    private static void stop(Framework framework, Path cache) {
        try {
            framework.stop();
            framework.waitForStop(STOP_MILLIS);
            Durable.deleteTree(cache);
        } catch (BundleException | InterruptedException | IOException e) {
            System.err.println("The command did not stop cleanly: " + e.getMessage());
        }
    }
}
