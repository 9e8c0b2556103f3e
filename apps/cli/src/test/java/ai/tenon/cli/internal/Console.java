package ai.tenon.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Services;
import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs command lines as the script does, and keeps what they print. */
final class Console {
    final Map<String, String> environment = new HashMap<>();
    final Map<String, String> properties = new HashMap<>();
    final Map<Class<?>, Object> services = new HashMap<>();
    String out = "";
    String err = "";

    int run(String... argv) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        Shell shell =
                new Shell(
                        new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                        new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                        environment,
                        properties::get,
                        new GivenServices());
        int exitCode = Tenon.run(shell, List.of(argv));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return exitCode;
    }

    /** Runs with {@code --json} and returns the one document on standard output. */
    JsonNode json(int exitCode, String... argv) throws IOException {
        String[] all = java.util.Arrays.copyOf(argv, argv.length + 1);
        all[argv.length] = "--json";
        assertEquals(exitCode, run(all), err);
        return Json.read(out.getBytes(StandardCharsets.UTF_8));
    }

    /** Asserts that the command is refused with one sentence that says {@code part}. */
    void assertRefused(String part, String... argv) {
        assertEquals(2, run(argv), err);
        assertEquals("", out);
        assertEquals(1, err.lines().count(), err);
        assertEquals(part, err.contains(part) ? part : err);
        assertFalse(err.contains("Exception"), err);
    }

    private final class GivenServices implements Services {
        @Override
        public <T> List<Versioned<T>> all(Class<T> type) {
            return services.containsKey(type)
                    ? List.of(
                            new Versioned<>(
                                    type.cast(services.get(type)), "ai.tenon.given", "1.0.0"))
                    : List.of();
        }

        @Override
        public void startBackends() {}
    }
}
