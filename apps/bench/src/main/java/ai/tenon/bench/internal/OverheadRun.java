package ai.tenon.bench.internal;

import ai.tenon.bench.Overhead;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Measures what an endpoint costs, with a model that costs nearly nothing. */
final class OverheadRun {
    private static final int CALLS = 2000;
    private static final int ROUNDS = 400;
    private static final long WARM_UP = TimeUnit.SECONDS.toNanos(5);
    private static final String FILE = "relu.onnx";

    private final Room room;
    private final Consumer<String> progress;

    OverheadRun(Room room, Consumer<String> progress) {
        this.room = room;
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
            candidates.open(backend);
            candidates.open(backend + "+endpoint");
            Rounds rounds = new Rounds(candidates.all(), CALLS);
            progress.accept("warming up");
            rounds.warmUp(WARM_UP);
            progress.accept("measuring");
            rounds.measure(() -> rounds.count() < ROUNDS);
            double[] bare = rounds.nanos(0);
            double[] endpoint = rounds.nanos(1);
            Statistics difference = Statistics.ofPairs(endpoint, bare, (a, b) -> a - b);
            Candidate first = candidates.all().get(0);
            return new Overhead(
                    first.name().replaceAll("@.*", "") + "@" + first.version(),
                    rounds.count(),
                    CALLS,
                    new Statistics(bare).median(),
                    new Statistics(endpoint).median(),
                    difference.median(),
                    difference.quantile(0.1),
                    difference.quantile(0.9),
                    rounds.bytes(0),
                    rounds.bytes(1),
                    rounds.bytes(1) - rounds.bytes(0));
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
