package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.gateway.Change;
import ai.tenon.cli.internal.gateway.Distributions;
import ai.tenon.cli.internal.gateway.Gateway;
import ai.tenon.cli.internal.gateway.GatewayAddress;
import ai.tenon.cli.internal.gateway.GatewayProcess;
import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Progress;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the steps act on: a gateway of their own in a temporary folder, and the load on it. */
final class Scene implements AutoCloseable {
    /** The endpoint that is deployed. */
    static final String ENDPOINT = "minilm";

    private static final long READY_MILLIS = 60_000;
    private static final long POLL_MILLIS = 20;

    final Path material;
    final Gateway gateway;
    final GatewayProcess process;
    final Load load;

    /** Through which swaps are asked for; empty for HTTP. */
    final Optional<Broker> broker;

    String question = "";
    String passage = "";
    private final Progress progress;
    private final Path folder;
    private String stage = "";
    private double done;

    /**
     * @param distributions whose folder {@code demo} has the model and the bundle to update to
     */
    Scene(Distributions distributions, Optional<Broker> broker, Progress progress)
            throws IOException {
        this.broker = broker;
        this.progress = progress;
        this.material = distributions.folder().resolve("demo");
        if (!Files.isDirectory(material)) {
            throw new UserError(
                    "the demo's model is missing; there is no folder "
                            + material
                            + ", build the distribution anew");
        }
        this.folder = Files.createTempDirectory("tenon-demo");
        Path data = folder.resolve("data");
        this.gateway = new Gateway(GatewayAddress.of(data));
        this.process =
                GatewayProcess.of(
                        distributions.gateway(Distributions.defaultProfile()),
                        data,
                        Optional.of(0),
                        Optional.of(log()));
        this.load = new Load(gateway, ENDPOINT, Golden.load());
    }

    /** Where the gateway keeps what it needs only while it runs. */
    Path temporary() {
        return folder.resolve("data").resolve("run");
    }

    /** What the gateway printed. */
    Path log() {
        return folder.resolve("gateway.log");
    }

    /** Starts the gateway, and again as often as it asks for that; returns once it is ready. */
    void start() throws InterruptedException {
        process.start();
        Thread supervisor = new Thread(this::supervise, "demo-supervisor");
        supervisor.setDaemon(true);
        supervisor.start();
        long end = System.currentTimeMillis() + READY_MILLIS;
        while (!ready()) {
            if (!process.isAlive() || System.currentTimeMillis() > end) {
                throw new Failure(
                        "the gateway "
                                + (process.isAlive() ? "is not ready after a minute" : "ended")
                                + "; its log says: "
                                + lastLogLine());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Shows, where that does not fill the screen, what a step is doing. */
    void tell(String detail) {
        progress.bar(stage + ": " + detail, done);
    }

    /** Says which step comes now. */
    void stage(String step, double part) {
        stage = step;
        done = part;
        progress.step(step);
    }

    /** Makes a change and waits for its end. */
    JsonNode change(ObjectNode request) throws InterruptedException {
        return new Change(gateway, this::tell).run(request);
    }

    /** Lets another backend answer, over HTTP or through the broker. */
    void swap(String backend) throws InterruptedException {
        ObjectNode request = request("swap").put("backend", backend);
        if (broker.isPresent()) {
            broker.get().change(request);
        } else {
            change(request);
        }
    }

    /** A file that the demo needs, by a part of its name. */
    Path file(String prefix, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(material)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .filter(file -> file.getFileName().toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new UserError(
                                            "there is no "
                                                    + prefix
                                                    + "*"
                                                    + suffix
                                                    + " in "
                                                    + material
                                                    + "; build the distribution anew"));
        }
    }

    /** True once the gateway that runs now, and not one before it, serves all that it should. */
    private boolean ready() throws InterruptedException {
        try {
            JsonNode status = gateway.list("status");
            return status.path("pid").asLong() == process.pid() && status.path("ready").asBoolean();
        } catch (UserError | Failure e) {
            return false;
        }
    }

    private void supervise() {
        try {
            process.await();
        } catch (InterruptedException | IllegalStateException e) {
            // The demo is over.
        }
    }

    private String lastLogLine() {
        try {
            List<String> lines = Files.readAllLines(log());
            return lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "nothing that can be read";
        }
    }

    /** Ends the load, the connection to the broker and the gateway. */
    @Override
    public void close() {
        load.close();
        broker.ifPresent(Broker::close);
        process.close();
    }

    /** Removes all that the gateway has left. */
    void clean() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            progress.step("left behind: " + folder + " (" + e.getMessage() + ")");
        }
    }

    /** A request of that kind about the endpoint. */
    static ObjectNode request(String kind) {
        return Json.object().put("kind", kind).put("name", ENDPOINT);
    }
}
