package ai.tenon.launcher;

import java.io.IOException;
import java.util.List;
import org.osgi.framework.BundleException;

/**
 * Starts a distribution: a gateway in its current generation, or one command. Exit codes: 0 ok, 1
 * failure, 2 usage, 75 start me again.
 */
public final class Main {
    private Main() {}

    /**
     * @param args as in {@link Arguments#USAGE}
     */
    public static void main(String[] args) {
        List<String> list = List.of(args);
        try {
            System.exit(run(Arguments.parse(list)));
        } catch (UsageException e) {
            fail(list, e, 2);
        } catch (IOException | BundleException | InterruptedException | RuntimeException e) {
            fail(list, e, 1);
        }
    }

    private static int run(Arguments arguments)
            throws IOException, BundleException, InterruptedException, UsageException {
        Distribution distribution = Distribution.open(arguments.distribution());
        return distribution.profile().command()
                ? new Command(arguments, distribution).run()
                : new Gateway(arguments, distribution, System.err::println).run();
    }

    private static void fail(List<String> args, Exception e, int code) {
        System.err.println("tenon: " + (e.getMessage() == null ? e : e.getMessage()));
        if (args.contains("--verbose")) {
            e.printStackTrace();
        }
        System.exit(code);
    }
}
