package ai.tenon.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the launcher was called with.
 *
 * @param argv what follows {@code --}, for the command of a command profile
 */
record Arguments(
        Path distribution,
        Optional<Path> data,
        Optional<Integer> port,
        boolean verbose,
        List<String> argv) {
    static final String USAGE =
            "usage: --distribution DIR (--data DIR [--port N] | -- COMMAND...) [--verbose]";

    static Arguments parse(List<String> args) throws UsageException {
        Path distribution = null;
        Path data = null;
        Integer port = null;
        boolean verbose = false;
        int end = args.indexOf("--");
        List<String> own = end < 0 ? args : args.subList(0, end);
        for (int i = 0; i < own.size(); i++) {
            switch (own.get(i)) {
                case "--distribution" -> distribution = Path.of(value(own, ++i));
                case "--data" -> data = Path.of(value(own, ++i)).toAbsolutePath().normalize();
                case "--port" -> port = port(value(own, ++i));
                case "--verbose" -> verbose = true;
                default -> throw new UsageException("'" + own.get(i) + "' is unknown; " + USAGE);
            }
        }
        if (distribution == null) {
            throw new UsageException("it has to be said which distribution to run; " + USAGE);
        }
        return new Arguments(
                distribution.toAbsolutePath().normalize(),
                Optional.ofNullable(data),
                Optional.ofNullable(port),
                verbose,
                end < 0 ? List.of() : List.copyOf(args.subList(end + 1, args.size())));
    }

    private static String value(List<String> args, int at) throws UsageException {
        if (at >= args.size()) {
            throw new UsageException(args.get(at - 1) + " needs a value; " + USAGE);
        }
        return args.get(at);
    }

    static int port(String text) throws UsageException {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, like a number out of range.
        }
        throw new UsageException("'" + text + "' is no port; a port is a number from 0 to 65535");
    }
}
