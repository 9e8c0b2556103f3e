package ai.tenon.provisioning.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A gateway of its own: the real launcher in a child process, with the agent inside. */
final class GatewayProcess implements AutoCloseable {
    private static final long SECONDS = 60;

    private final Process process;
    private final Path log;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    GatewayProcess(Path distribution, Path data) throws IOException {
        log = Files.createTempFile("gateway", ".log");
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                Jars.found("launcher-")
                                        + ":"
                                        + Jars.found("org.apache.felix.framework-"),
                                "ai.tenon.launcher.Main",
                                "--distribution",
                                distribution.toString(),
                                "--data",
                                data.toString())
                        .redirectError(log.toFile())
                        .start();
        Thread reader = new Thread(this::read, "gateway output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = out.readLine()) != null; ) {
                if (line.startsWith("= ")) {
                    answers.add(line.substring(2));
                }
            }
        } catch (IOException e) {
            answers.add("ERROR " + e);
        }
    }

    /** Sends a command without waiting for its answer. */
    void tell(String command) throws IOException {
        Writer in = process.outputWriter(StandardCharsets.UTF_8);
        in.write(command + "\n");
        in.flush();
    }

    /** Sends a command and waits for its answer. */
    String ask(String... words) throws IOException, InterruptedException {
        tell(String.join(" ", words));
        for (int i = 0; i < SECONDS * 10; i++) {
            String answer = answers.poll(100, TimeUnit.MILLISECONDS);
            if (answer != null) {
                return answer;
            }
            if (!process.isAlive() && answers.isEmpty()) {
                throw new AssertionError("the gateway ended: " + output());
            }
        }
        throw new AssertionError("no answer to " + List.of(words) + ": " + output());
    }

    /** Waits until everything that should serve does. */
    void awaitReady() throws IOException, InterruptedException {
        for (int i = 0; i < SECONDS * 20; i++) {
            if (ask("status").endsWith("true")) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("never ready: " + output());
    }

    /** An endpoint's answers, once it has a deployment. */
    String served(String endpoint) throws IOException, InterruptedException {
        String answer = ask("infer", endpoint);
        for (int i = 0; i < SECONDS * 20 && answer.contains("is unavailable"); i++) {
            Thread.sleep(50);
            answer = ask("infer", endpoint);
        }
        return answer;
    }

    /** How an operation ended, which after a restart is known once the gateway was ready. */
    String settled(String id) throws IOException, InterruptedException {
        String found = ask("find", id);
        for (int i = 0; i < SECONDS * 20 && found.matches("(RUNNING|RESTARTING).*"); i++) {
            Thread.sleep(50);
            found = ask("find", id);
        }
        return found;
    }

    /** Waits for the process's end. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the gateway does not end: " + output());
        }
        return process.exitValue();
    }

    /** SIGTERM. */
    int stop() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        kill();
        Files.deleteIfExists(log);
    }
}
