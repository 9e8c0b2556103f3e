package ai.tenon.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.LayerProfile.Layer;
import ai.tenon.bench.Bench;
import ai.tenon.bench.BenchRequest;
import ai.tenon.bench.Comparison;
import ai.tenon.bench.Layers;
import ai.tenon.bench.Overhead;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @TempDir Path folder;

    private final Console console = new Console();
    private final Canned bench = new Canned();
    private String model;

    @BeforeEach
    void furnish() throws IOException {
        console.services.put(Bench.class, bench);
        model = Files.write(folder.resolve("m.onnx"), new byte[1]).toString();
    }

    @Test
    void optionsThatWouldBeIgnoredAreRefused() {
        console.assertRefused("add --layers", "bench", model, "--backend=cpu", "--top=3");
        console.assertRefused("add --layers", "bench", "--overhead", "--top=3");
        console.assertRefused("at least 1", "bench", model, "--backend=cpu", "--layers", "--top=0");
        console.assertRefused("choose one", "bench", "--overhead", "--layers");
        console.assertRefused("--threads must be", "bench", "--overhead", "--threads=0");
        console.assertRefused("needs a model and --backend", "bench", model);
        console.assertRefused("there is no file", "bench", "missing.onnx", "--backend=cpu");
        assertEquals(null, bench.request);
    }

    @Test
    void candidatesReachTheBenchAsTheyAreWritten() {
        String candidates = "cpu@1.0.0+endpoint[a=b;c=d]:x/m.onnx,ort-direct";
        assertEquals(0, console.run("bench", model, "--backend", candidates), console.err);
        assertEquals(
                List.of("cpu@1.0.0+endpoint[a=b;c=d]:x/m.onnx", "ort-direct"),
                bench.request.candidates());
        assertTrue(console.out.contains("m.onnx, threads 1, rounds 50"), console.out);
    }

    @Test
    void aComparisonAsJson() throws IOException {
        JsonNode json = console.json(0, "bench", model, "--backend=cpu");
        assertEquals(List.of("candidates", "model", "ratios", "rounds", "threads"), fields(json));
        assertEquals(
                List.of(
                        "backend",
                        "busyCoresAfter",
                        "bytesPerRun",
                        "device",
                        "minMs",
                        "p50Ms",
                        "p90Ms",
                        "p99Ms",
                        "version"),
                fields(json.path("candidates").path(0)));
        assertEquals(0.25, json.path("candidates").path(0).path("busyCoresAfter").asDouble());
    }

    @Test
    void layersAsATable() {
        assertEquals(
                0, console.run("bench", model, "--backend=cpu,ort", "--layers", "--top=1"), "");
        assertTrue(console.out.contains("cpu: 3.000 ms"), console.out);
        assertTrue(console.out.contains("1 other "), console.out);
        assertTrue(console.out.contains("ort: this backend does not tell"), console.out);
    }

    @Test
    void layersAsJsonAreAllOfThemWhateverTheTop() throws IOException {
        JsonNode json = console.json(0, "bench", model, "--backend=cpu,ort", "--layers", "--top=1");
        assertEquals(2, json.size());
        JsonNode cpu = json.path(0);
        assertEquals(List.of("cacheBytes", "candidate", "layers", "peaks", "runs"), fields(cpu));
        assertEquals(7, cpu.path("runs").asInt());
        assertEquals(1 << 20, cpu.path("cacheBytes").asLong());
        assertEquals(1e9, cpu.path("peaks").path("memory").asDouble());
        assertEquals(2, cpu.path("layers").size());
        assertEquals(
                List.of("bytes", "kernel", "name", "nanos", "operations", "peak"),
                fields(cpu.path("layers").path(0)));
        assertEquals("first", cpu.path("layers").path(0).path("name").asText());
        assertEquals(0, json.path(1).path("layers").size());
    }

    private static List<String> fields(JsonNode node) {
        TreeSet<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return new ArrayList<>(names);
    }

    /** Answers always the same. */
    private static final class Canned implements Bench {
        private BenchRequest request;

        @Override
        public Comparison compare(BenchRequest asked, Consumer<String> progress) {
            request = asked;
            return new Comparison(
                    "m.onnx",
                    asked.threads(),
                    50,
                    List.of(
                            new Comparison.Candidate(
                                    "cpu", "1.0.0", "a chip", 1, 2, 3, 4, 5, 0.25)),
                    List.of());
        }

        @Override
        public List<Layers> layers(BenchRequest asked, Consumer<String> progress) {
            request = asked;
            return List.of(
                    new Layers(
                            "cpu",
                            7,
                            1 << 20,
                            Map.of("memory", 1e9),
                            List.of(
                                    new Layer("first", "copy", 1_000_000, 0, 8, "memory"),
                                    new Layer("second", "copy", 2_000_000, 0, 8, "memory"))),
                    new Layers("ort", 0, 1 << 20, Map.of(), List.of()));
        }

        @Override
        public Overhead overhead(String backend, Consumer<String> progress) {
            throw new UnsupportedOperationException();
        }
    }
}
