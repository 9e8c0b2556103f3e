package ai.tenon.cli.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.evaluation.Sample;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.ValueType;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelFormatException;
import ai.tenon.model.Recipe;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.optimizer.Goal;
import ai.tenon.optimizer.OptimizeRequest;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.OptimizeResult.Latency;
import ai.tenon.optimizer.OptimizeResult.PassReport;
import ai.tenon.optimizer.OptimizeResult.Score;
import ai.tenon.optimizer.OptimizeResult.Sensitivity;
import ai.tenon.optimizer.OptimizeResult.Trial;
import ai.tenon.optimizer.Optimizer;
import ai.tenon.quantize.QuantizedLayer;
import ai.tenon.samples.npy.Npy;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizeCommandTest {
    private static final String HOSTILE = "</td><script>alert('x')</script>\u202e&\"\u001b[2J";

    @TempDir Path folder;

    private final Console console = new Console();
    private final AtomicReference<OptimizeRequest> asked = new AtomicReference<>();
    private Path model;
    private Path out;

    @BeforeEach
    void prepare() throws IOException {
        model = folder.resolve("model.onnx");
        out = folder.resolve("small.onnx");
        new OnnxFormat().write(perceptron("y"), model);
        console.services.put(ModelFormat.class, new OnnxFormat());
        answer(result(perceptron("z"), false));
    }

    @Test
    void jsonHasTheFieldsThatProgramsReadAndNullForWhatWasNotMeasured() throws IOException {
        JsonNode json = console.json(0, "optimize", model + "", "--out=" + out, "--scheme=int8");
        assertEquals(model.toString(), json.path("input").path("path").asText());
        assertEquals(Files.size(model), json.path("input").path("bytes").asLong());
        assertEquals(Files.size(out), json.path("output").path("bytes").asLong());
        assertEquals("int8-static", json.path("scheme").asText());
        assertEquals("ort@1.0.0", json.path("latency").path("backend").asText());
        assertEquals(2, json.path("latency").path("threads").asInt());
        assertEquals(8.0, json.path("latency").path("beforeMs").asDouble());
        assertEquals(4.0, json.path("latency").path("afterMs").asDouble());
        assertEquals(2.0, json.path("latency").path("speedup").asDouble());
        JsonNode score = json.path("accuracy").get(0);
        assertEquals("top1", score.path("metric").asText());
        assertEquals(0.75, score.path("before").asDouble());
        assertEquals(0.74, score.path("after").asDouble());
        JsonNode pass = json.path("passes").get(0);
        assertEquals("conv-batchnorm", pass.path("name").asText());
        assertEquals(3, pass.path("changes").asInt());
        assertTrue(pass.path("kept").asBoolean());
        assertTrue(json.path("passes").get(1).path("maxDifference").isNull());
        assertEquals(0.25, json.path("sizes").get(0).path("ratio").asDouble());
        assertEquals(
                "./tenon optimize " + model + " --out=" + out + " --scheme=int8 --json",
                json.path("command").asText());
    }

    @Test
    void theRequestIsWhatTheOptionsSay() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Npy.write(Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2), data.resolve("x.npy"));
        Files.writeString(data.resolve("metric.txt"), "rmse\n");
        run("--scheme=int4:method=gptq,block=64", "--set=symmetric=false", "--set=shape.x=1x2");
        assertEquals("int4", asked.get().scheme().orElseThrow().name());
        assertEquals(
                Map.of("method", "gptq", "block", "64", "symmetric", "false"),
                asked.get().scheme().orElseThrow().settings());
        assertEquals(Map.of("shape.x", "1x2"), asked.get().settings());
        assertTrue(asked.get().passes().isEmpty());
        assertTrue(Double.isNaN(asked.get().maxDrop()));

        run("--goal=smallest,drop<1%", "--evaluate=" + data, "--max-drop=0.5%", "--no-passes");
        assertEquals(Goal.Aim.SMALLEST, asked.get().goal().orElseThrow().aim());
        assertEquals("rmse", asked.get().metric().orElseThrow());
        assertEquals(0.5, asked.get().maxDrop());
        assertEquals(List.of(), asked.get().passes().orElseThrow());
        Sample sample = asked.get().evaluation().orElseThrow().iterator().next();
        assertArrayEquals(new float[] {1, 2}, sample.inputs().get("x").toFloats());
        run("--metric=sqnr", "--calibrate=" + data, "--threads=2", "--passes=a,b");
        assertEquals("sqnr", asked.get().metric().orElseThrow());
        assertEquals(2, asked.get().calibration().orElseThrow().size());
        assertEquals(List.of("a", "b"), asked.get().passes().orElseThrow());
    }

    @Test
    void tellsPeopleWhatWasDone() {
        run("--scheme=int8-static");
        assertTrue(console.out.matches("(?s).*conv-batchnorm +folding +3  yes\n.*"), console.out);
        assertTrue(console.out.contains("slower here"), console.out);
        assertTrue(console.out.contains("layers with K >= 64"), console.out);
        assertTrue(console.out.contains("1.00 %"), console.out);
        assertFalse(console.out.matches("(?s).*[\u001b\u202e].*"), "names steer the terminal");
        assertTrue(console.out.endsWith("small.onnx, scheme int8-static\n"), console.out);
    }

    @Test
    void aReportIsOneFileInWhichNamesAreTextAndNothingElse() throws IOException {
        Path report = folder.resolve("report.html");
        run("--scheme=int8-static", "--report=" + report);
        String html = Files.readString(report);
        assertFalse(html.contains("<script"), "a name became an element");
        assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)"));
        assertFalse(html.contains("\u202e"));
        assertFalse(html.contains("\u001b"));
        assertFalse(
                html.matches("(?s).*(src=|href=|url\\(|@import|https?:).*"), "refers elsewhere");
        assertTrue(html.contains("<svg"));
        assertTrue(html.contains("layers with K ≥ 64"));
        assertTrue(html.contains("why it was left"));
        assertTrue(html.contains("--scheme=int8-static"));
    }

    @Test
    void anUntouchedModelIsCopied() throws IOException {
        answer(result(null, false));
        run("--goal=fastest");
        assertTrue(console.out.contains("is a copy of the model as it was given"), console.out);
        assertArrayEquals(Files.readAllBytes(model), Files.readAllBytes(out));
    }

    @Test
    void theModelMayBeReplacedByItsResult() throws IOException {
        out = model;
        run("--scheme=int8-static");
        assertEquals("z", new OnnxFormat().read(model).graph().outputs().get(0).name());
    }

    @Test
    void aFullDiskLeavesWhatWasThere() throws IOException {
        console.services.put(ModelFormat.class, new FullDisk());
        byte[] before = Files.readAllBytes(model);
        out = model;
        assertEquals(1, console.run("optimize", model + "", "--out=" + out, "--scheme=int8"));
        assertEquals(
                "tenon: "
                        + model
                        + " cannot be written: No space left on device; nothing was changed there\n",
                console.err);
        assertArrayEquals(before, Files.readAllBytes(model));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "something half-written is left");
        }
    }

    @Test
    void anInterruptKeepsTheBestSoFar() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Optimizer slow =
                (request, monitor) -> {
                    monitor.progress("trying int8-static", 0.25, "2.0 times", Duration.ZERO);
                    running.countDown();
                    while (!monitor.stopped()) {
                        Thread.onSpinWait();
                    }
                    return result(perceptron("z"), true);
                };
        console.services.put(Optimizer.class, slow);
        AtomicReference<Integer> code = new AtomicReference<>();
        Thread main = new Thread(() -> code.set(run(false, "--goal=fastest")));
        main.start();
        assertTrue(running.await(30, TimeUnit.SECONDS));
        main.interrupt();
        main.join(30_000);
        assertEquals(130, code.get());
        assertTrue(console.err.contains("trying int8-static\nstopping; the best"), console.err);
        assertEquals("z", new OnnxFormat().read(out).graph().outputs().get(0).name());
    }

    @Test
    void theRecipeIsWhatDeployTakes() throws IOException {
        Path recipe = folder.resolve("recipe.json");
        run("--scheme=int8-static", "--recipe=" + recipe);
        JsonNode json = ai.tenon.cli.internal.terminal.Json.read(Files.readAllBytes(recipe));
        assertEquals(3, json.size());
        assertEquals("conv-batchnorm@1.0.0", json.path("passes").get(0).asText());
        assertEquals("int8-static@1.0.0", json.path("scheme").asText());
        assertEquals("-1,1", json.path("options").path("range.x").asText());
    }

    @Test
    void whatMakesNoSenseIsOneSentence() throws IOException {
        String to = "--out=" + out;
        String from = model.toString();
        console.assertRefused("needs a model and --out", "optimize", from);
        console.assertRefused("there is no file", "optimize", "none.onnx", to);
        console.assertRefused("there is no folder", "optimize", from, "--out=/no/such/x.onnx");
        console.assertRefused("is no file; name one", "optimize", from, "--out=" + folder);
        console.assertRefused("is no setting", "optimize", from, to, "--scheme=int8:fast");
        console.assertRefused("names no scheme", "optimize", from, to, "--scheme=:a=b");
        console.assertRefused("belongs to a scheme", "optimize", from, to, "--set=block=32");
        console.assertRefused("'quick' is neither", "optimize", from, to, "--goal=quick");
        console.assertRefused("has two aims", "optimize", from, to, "--goal=fastest,smallest");
        console.assertRefused("written over", "optimize", from, to, "--report=" + out);
        console.assertRefused("written over", "optimize", from, to, "--recipe=" + model);
        console.assertRefused("is no percentage", "optimize", from, to, "--max-drop=much");
        console.assertRefused("at least 1", "optimize", from, to, "--threads=0");
        console.assertRefused(
                "give one of them", "optimize", from, to, "--goal=fastest", "--scheme=int8");
        console.assertRefused(
                "contradict each other", "optimize", from, to, "--passes=a", "--no-passes");
        console.assertRefused("there is no folder", "optimize", from, to, "--calibrate=/none");
        console.assertRefused(
                "holds no samples; it takes <input>.npy",
                "optimize",
                from,
                to,
                "--evaluate=" + Files.createDirectories(folder.resolve("empty")));
        Path wrong = Files.createDirectories(folder.resolve("wrong"));
        Npy.write(Tensor.ofLongs(new long[4], 2, 2), wrong.resolve("x.npy"));
        console.assertRefused(
                "convert it with numpy.astype", "optimize", from, to, "--calibrate=" + wrong);
        Path noModel = Files.writeString(folder.resolve("no.onnx"), "I am no model");
        console.assertRefused("cannot be read", "optimize", noModel + "", to);
        Optimizer refusing =
                (request, monitor) -> {
                    throw new IllegalArgumentException(
                            "there is no scheme 'int8'; there are: int4");
                };
        console.services.put(Optimizer.class, refusing);
        console.assertRefused("there are: int4", "optimize", from, to, "--scheme=int8");
        assertFalse(Files.exists(out));
    }

    private void run(String... options) {
        assertEquals(0, run(true, options), console.err);
    }

    private int run(boolean plain, String... options) {
        Stream<String> all =
                Stream.concat(
                        Stream.of("optimize", model + "", "--out=" + out), Stream.of(options));
        return console.run(all.toArray(String[]::new));
    }

    private void answer(OptimizeResult result) {
        Optimizer optimizer =
                (request, monitor) -> {
                    asked.set(request);
                    return result;
                };
        console.services.put(Optimizer.class, optimizer);
    }

    private static OptimizeResult result(Model model, boolean interrupted) {
        return new OptimizeResult(
                model,
                new Recipe(
                        List.of("conv-batchnorm@1.0.0"),
                        "int8-static@1.0.0",
                        Map.of("range.x", "-1,1")),
                new Latency("ort@1.0.0", 2, 8, 4, 2, 1.9, 2.1),
                List.of(new Score("top1", true, 0.75, 0.74, 1, "data", 100)),
                List.of(
                        new PassReport(
                                "conv-batchnorm", "1.0.0", "FOLDING", 3, true, "", 0, List.of()),
                        new PassReport(
                                HOSTILE,
                                "1",
                                "FUSION",
                                1,
                                false,
                                "slower here",
                                Double.NaN,
                                List.of())),
                List.of(
                        new QuantizedLayer(
                                HOSTILE, "", "MatMul", "int8 per channel", "", 64, 400, 100),
                        new QuantizedLayer("b", "", "Conv", "", "why it was left", 9, 40, 40)),
                List.of(
                        new Trial("as it came", "", 8, 1, 1000, "top1", 0.75, 0, false, ""),
                        new Trial(HOSTILE, "int8", 4, 1.9, 300, "top1", 0.74, 1, true, "kept")),
                List.of(new Sensitivity(HOSTILE, false, "int8", 0.4, 31)),
                List.of("a note about " + HOSTILE),
                interrupted);
    }

    private static Model perceptron(String output) {
        Graph graph = new Graph("perceptron");
        var x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, -1, 2));
        var y = graph.newValue(output, ValueType.tensor(DataType.FLOAT, -1, 2));
        graph.add("", "Relu", "relu", List.of(x), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.opsetImports().put("", 13L);
        return model;
    }

    /** ONNX on a disk that is full. */
    private static final class FullDisk implements ModelFormat {
        private final ModelFormat onnx = new OnnxFormat();

        @Override
        public String name() {
            return onnx.name();
        }

        @Override
        public boolean accepts(String fileName) {
            return onnx.accepts(fileName);
        }

        @Override
        public Model read(Path file) throws IOException {
            return onnx.read(file);
        }

        @Override
        public Model read(ByteBuffer bytes) throws ModelFormatException {
            return onnx.read(bytes);
        }

        @Override
        public void write(Model model, Path file) throws IOException {
            throw new IOException("No space left on device");
        }

        @Override
        public ByteBuffer write(Model model) throws ModelFormatException {
            return onnx.write(model);
        }

        @Override
        public Datum readValue(ByteBuffer bytes, String kind) throws ModelFormatException {
            return onnx.readValue(bytes, kind);
        }
    }
}
