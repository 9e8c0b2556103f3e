package ai.tenon.cli.internal.gateway;

import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A gateway as a child process, started anew whenever it asks for a restart. */
public final class GatewayProcess implements AutoCloseable {
    /** A gateway's exit code for "start me again". */
    private static final int RESTART = 75;

    private static final long STOP_SECONDS = 8;

    /**
     * As the start script sets them: glibc gives freed memory back, which halves what swaps leave
     * resident.
     */
    private static final Map<String, String> MALLOC =
            Map.of(
                    "MALLOC_ARENA_MAX", "2",
                    "MALLOC_MMAP_THRESHOLD_", "131072",
                    "MALLOC_TRIM_THRESHOLD_", "131072");

    private final ProcessBuilder builder;
    private Process process;
    private boolean closed;

    private GatewayProcess(ProcessBuilder builder) {
        this.builder = builder;
    }

    /**
     * Prepares a gateway.
     *
     * @param port 0 for any that is free; empty for the configured one
     * @param log where its output goes; empty for this process's own
     */
    public static GatewayProcess of(
            Distribution distribution, Path data, Optional<Integer> port, Optional<Path> log) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "@" + distribution.folder().resolve("jvm.options"),
                                "-Djava.io.tmpdir=" + temporary(data),
                                "-cp",
                                distribution.folder().resolve("lib") + "/*",
                                "ai.tenon.launcher.Main",
                                "--distribution",
                                distribution.folder().toString(),
                                "--data",
                                data.toString()));
        port.ifPresent(number -> command.addAll(List.of("--port", number.toString())));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(MALLOC);
        if (log.isPresent()) {
            builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.get().toFile()));
        } else {
            builder.inheritIO();
        }
        return new GatewayProcess(builder);
    }

    /**
     * A folder for temporary files of the gateway's own, so that what it leaves there can be seen.
     */
    private static Path temporary(Path data) {
        try {
            return Files.createDirectories(data.resolve("run").resolve("tmp"));
        } catch (IOException e) {
            throw new UserError(
                    "the gateway's data folder " + data + " cannot be written: " + e.getMessage());
        }
    }

    /** Starts it and returns at once. */
    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException("the gateway was closed");
        }
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new Failure("the gateway cannot be started: " + e.getMessage(), e);
        }
    }

    /** Waits for its end, starting it again as often as it asks for that; returns its exit code. */
    public int await() throws InterruptedException {
        int exitCode = current().waitFor();
        while (exitCode == RESTART) {
            start();
            exitCode = current().waitFor();
        }
        return exitCode;
    }

    /** Its process id. */
    public long pid() {
        return current().pid();
    }

    public boolean isAlive() {
        return current().isAlive();
    }

    /** Ends it without a warning, as {@code kill -9} does, and waits until it is gone. */
    public void kill() throws InterruptedException {
        current().destroyForcibly().waitFor();
    }

    /** Asks it to stop, and after a while makes it. */
    @Override
    public void close() {
        Process last;
        synchronized (this) {
            closed = true;
            last = process;
        }
        if (last == null) {
            return;
        }
        last.destroy();
        try {
            if (last.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        last.destroyForcibly();
    }

    private synchronized Process current() {
        return process;
    }
}
