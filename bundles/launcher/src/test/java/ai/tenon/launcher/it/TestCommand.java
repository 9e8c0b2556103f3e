package ai.tenon.launcher.it;

import java.util.Hashtable;
import java.util.Map;
import java.util.function.IntSupplier;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/**
 * A command for the tests: {@code exit N}, {@code wait}, or {@code finish}, which takes its time
 * when it is cancelled.
 */
public final class TestCommand implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        IntSupplier command = () -> run(context);
        context.registerService(
                IntSupplier.class, command, new Hashtable<>(Map.of("ai.tenon.command", true)));
    }

    private static int run(BundleContext context) {
        String[] argv = argv(context);
        int level = context.getBundle(0).adapt(FrameworkStartLevel.class).getStartLevel();
        System.out.println(String.join(",", argv) + " at level " + level);
        System.out.flush();
        if (argv[0].equals("exit")) {
            return Integer.parseInt(argv[1]);
        }
        try {
            Thread.sleep(60_000);
            return 0;
        } catch (InterruptedException e) {
            System.out.println(argv[0].equals("finish") ? "finishing" : "cancelled");
            return argv[0].equals("finish") ? finish() : 1;
        }
    }

    /** Heeds no further interrupt. */
    private static int finish() {
        System.out.flush();
        long end = System.nanoTime() + 60_000_000_000L;
        while (System.nanoTime() < end) {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                System.err.println("interrupted again");
            }
        }
        return 0;
    }

    private static String[] argv(BundleContext context) {
        try {
            return (String[])
                    context.getService(
                            context.getAllServiceReferences(
                                            String[].class.getName(),
                                            "(ai.tenon.command.argv=true)")[0]);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void stop(BundleContext context) {
        System.out.println("stopped");
    }
}
