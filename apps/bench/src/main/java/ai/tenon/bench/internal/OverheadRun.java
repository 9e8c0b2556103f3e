package ai.tenon.bench.internal;

import ai.tenon.bench.Overhead;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.measurement.Stopwatch;
import ai.tenon.measurement.Timings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures what an endpoint costs, with a model that costs nearly nothing. */
final class OverheadRun {
    private static final int CALLS = 2000;
    private static final int ROUNDS = 400;
    private static final Stopwatch.Effort EFFORT =
            new Stopwatch.Effort(ROUNDS, ROUNDS, Duration.ZERO, Duration.ofSeconds(5), CALLS);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String FILE = "relu.onnx";

    private final Room room;
    private final Stopwatch stopwatch;
    private final Consumer<String> progress;

    OverheadRun(Room room, Stopwatch stopwatch, Consumer<String> progress) {
        this.room = room;
        this.stopwatch = stopwatch;
        this.progress = progress;
    }

    Overhead run(String backend) throws ManagementException, InterruptedException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("tenon-bench");
            Path file = folder.resolve(FILE);
            room.format(FILE).write(relu(), file);
            return measure(backend, file);
        } catch (IOException e) {
            throw new ManagementException(
                    Kind.FAILED,
                    "the model to measure with cannot be written: " + e.getMessage(),
                    e);
        } finally {
            delete(folder);
        }
    }

    private Overhead measure(String backend, Path file)
            throws ManagementException, InterruptedException {
        try (Candidates candidates = new Candidates(room, ModelFiles.version(file), 1, Map.of())) {
            candidates.open(List.of(backend, backend + "+endpoint"), progress);
            progress.accept("measuring");
            Timings timings = candidates.measure(stopwatch, EFFORT);
            Identity first = candidates.all().get(0).identity();
            return new Overhead(
                    first.label().replaceAll("@.*", "") + "@" + first.version(),
                    timings.rounds(),
                    CALLS,
                    NANOS_PER_MILLI * timings.millis(0, 50),
                    NANOS_PER_MILLI * timings.millis(1, 50),
                    NANOS_PER_MILLI * timings.difference(1, 0, 50),
                    NANOS_PER_MILLI * timings.difference(1, 0, 10),
                    NANOS_PER_MILLI * timings.difference(1, 0, 90),
                    timings.bytesPerRun(0),
                    timings.bytesPerRun(1),
                    timings.bytesPerRun(1) - timings.bytesPerRun(0));
        }
    }

    /** One Relu over 16 numbers. */
    private static Model relu() {
        Graph graph = new Graph("relu");
        Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, 1, 16));
        Value y = graph.newValue("y", ValueType.tensor(DataType.FLOAT, 1, 16));
        graph.add("", "Relu", "relu", List.of(x), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.setIrVersion(8);
        model.opsetImports().put("", 14L);
        return model;
    }

    private static void delete(Path folder) {
        if (folder == null) {
            return;
        }
        try {
            Files.deleteIfExists(folder.resolve(FILE));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            folder.toFile().deleteOnExit();
        }
    }
}
