package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.demo.DemoReport.Requests;
import ai.tenon.cli.internal.demo.SoakReport.Reading;
import ai.tenon.cli.internal.demo.SoakReport.Times;
import ai.tenon.cli.internal.gateway.Distributions;
import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Progress;
import ai.tenon.cli.internal.terminal.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Updates the backend's bundle back and forth under the load of two clients, many times, and looks
 * what that leaves behind.
 */
public final class Soak implements AutoCloseable {
    private static final int SETTLED = 5;
    private static final int FEWEST = 4 * SETTLED;
    private static final int STEADY_REQUESTS = 2_000;
    private static final long POLL_MILLIS = 50;

    private final Scene scene;
    private final Load second;
    private final Path first;
    private final int swaps;

    /**
     * @param swaps at least 20
     */
    public Soak(Distributions distributions, Progress progress, int swaps) throws IOException {
        if (swaps < FEWEST) {
            throw new UserError(
                    "--swaps " + swaps + " says nothing about leaks; give at least " + FEWEST);
        }
        this.swaps = swaps;
        this.scene = new Scene(distributions, Optional.empty(), progress);
        this.second = new Load(scene.gateway, Scene.ENDPOINT, Golden.load());
        Path bundles =
                distributions.gateway(Distributions.defaultProfile()).folder().resolve("bundles");
        try (Stream<Path> jars = Files.list(bundles)) {
            this.first =
                    jars.filter(jar -> jar.getFileName().toString().startsWith("djl-onnxruntime"))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new UserError(
                                                    "there is no djl-onnxruntime in " + bundles));
        }
    }

    /** Runs all of it; takes about a second per swap. */
    public SoakReport run() throws InterruptedException, IOException {
        scene.stage("start", 0);
        scene.start();
        new DeployStep().run(scene);
        second.start();
        List<Reading> readings = new ArrayList<>();
        scene.stage("requests without swaps", 0);
        forget();
        while (scene.load.latencies().size() + second.latencies().size() < STEADY_REQUESTS) {
            Thread.sleep(POLL_MILLIS);
        }
        Times steady = Times.of(merged());
        readings.add(read(0));
        forget();
        String problem = "";
        Path next = scene.file("djl-onnxruntime", ".jar");
        for (int swap = 1; swap <= swaps && problem.isEmpty(); swap++) {
            scene.stage("swaps", (double) swap / swaps);
            try {
                scene.change(
                        Json.object()
                                .put("kind", "update")
                                .put("bundle", (swap % 2 == 1 ? next : first).toUri().toString()));
            } catch (RuntimeException e) {
                problem = "swap " + swap + " did not hold: " + e.getMessage();
            }
            if (problem.isEmpty() && (swap == SETTLED || swap == swaps / 2 || swap == swaps)) {
                readings.add(read(swap));
            }
        }
        while (readings.size() < 4) {
            // a swap did not hold: what was read last is all there is
            readings.add(readings.get(readings.size() - 1));
        }
        Times swapping = Times.of(merged());
        scene.load.close();
        second.close();
        Requests one = scene.load.counts();
        Requests two = second.counts();
        Requests all =
                new Requests(
                        one.served() + two.served(),
                        one.failed() + two.failed(),
                        one.changed() + two.changed(),
                        one.unavailable() + two.unavailable());
        String why = scene.load.problem().isEmpty() ? second.problem() : scene.load.problem();
        return SoakReport.of(
                swaps, all, steady, swapping, readings, problem.isEmpty() ? why : problem);
    }

    private Reading read(int swap) throws InterruptedException {
        scene.load.pause();
        second.pause();
        try {
            return Footprint.read(swap, scene.process.pid(), scene.temporary());
        } finally {
            scene.load.resume();
            second.resume();
        }
    }

    private void forget() {
        scene.load.latencies().clear();
        second.latencies().clear();
    }

    private Latencies merged() {
        Latencies all = new Latencies();
        scene.load.latencies().copyTo(all);
        second.latencies().copyTo(all);
        return all;
    }

    @Override
    public void close() {
        second.close();
        scene.close();
        scene.clean();
    }
}
