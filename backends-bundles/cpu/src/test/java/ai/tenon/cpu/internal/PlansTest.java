package ai.tenon.cpu.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.SeededInputs;
import ai.tenon.cpu.internal.engine.Pages;
import ai.tenon.cpu.internal.rules.Operators;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.passes.testing.RealModels;
import ai.tenon.passes.testing.Running;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model at many lengths: answers, and what is stored for them. */
class PlansTest {
    private static final String SHA256 = "0123456789abcdef".repeat(4);

    /** Lengths that the model below knows positions for. */
    private static final int MOST = 256;

    private static final int WIDTH = 256;

    private static CpuBackend backend;

    private final Graph graph = new Graph("lengths");
    private final Model model = new Model(graph);
    private final Random random = new Random(7);

    @TempDir private Path folder;

    @BeforeAll
    static void open() {
        backend = new CpuBackend("", 1, false);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    private Value floats(String name, long... shape) {
        float[] numbers = new float[Tensor.elements(shape)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return graph.addInitializer(name, Tensor.ofFloats(numbers, shape));
    }

    private Value longs(String name, long... numbers) {
        return graph.addInitializer(name, Tensor.ofLongs(numbers, numbers.length));
    }

    private Value node(String op, String output, Value... inputs) {
        List<Value> outputs = List.of(graph.newValue(output, null));
        return graph.add("", op, output, Arrays.asList(inputs), outputs).output(0);
    }

    /**
     * [1, length, {@link #WIDTH}] with rows of a table of positions, and numbers that depend on the
     * length.
     *
     * @param product whether there is a product with a matrix that depends on the length too
     */
    private ModelSource lengths(boolean product) {
        model.opsetImports().put("", 21L);
        List<Dimension> dims =
                List.of(Dimension.of(1), Dimension.named("length"), Dimension.of(WIDTH));
        Value x = graph.addInput("x", new ValueType.OfTensor(DataType.FLOAT, new Shape(dims)));
        Value length =
                node("Slice", "length", node("Shape", "shape", x), longs("1", 1), longs("2", 2));
        Value table = floats("table", 1, MOST, WIDTH);
        Value rows = node("Slice", "rows", table, longs("from", 0), length, longs("axis", 1));
        Value zero = graph.addInitializer("zero", Numbers.of(DataType.INT64, new long[] {0}));
        Value one = graph.addInitializer("one", Numbers.of(DataType.INT64, new long[] {1}));
        Value scalar = node("Squeeze", "scalar", length);
        Value real = cast("real", node("Range", "range", zero, scalar, one));
        Value column = node("Unsqueeze", "column", node("Sin", "sin", real), longs("last", 1));
        Value waves = node("Mul", "waves", column, floats("frequencies", WIDTH));
        Value y = node("Add", "moved", node("Add", "placed", x, rows), waves);
        if (product) {
            Value matrix = node("Mul", "matrix", floats("w", WIDTH, WIDTH), cast("n", scalar));
            y = node("MatMul", "product", y, matrix);
        }
        y = node("Add", "y", node("MatMul", "fixed", y, floats("v", WIDTH, 8)), floats("bias", 8));
        y.setType(new ValueType.OfTensor(DataType.FLOAT, null));
        graph.addOutput(y);
        return ModelSource.ofModel("lengths", SHA256, model, new OnnxFormat());
    }

    private Value cast(String name, Value from) {
        Value to = node("Cast", name, from);
        Node cast = to.producer();
        cast.set(Attribute.ofInt("to", DataType.FLOAT.code()));
        return to;
    }

    private static Map<String, String> shape(int length) {
        return Map.of("shape.x", "1x" + length + "x" + WIDTH);
    }

    private static CpuExecutable compile(ModelSource source, CompileOptions.Builder options)
            throws BackendException {
        return (CpuExecutable) backend.compile(source, options.build(), CompileMonitor.SILENT);
    }

    private void assertLikeReference(ExecutionContext context, CpuExecutable executable, int length)
            throws BackendException {
        Tensor[] inputs = SeededInputs.of(executable.signature(), shape(length));
        context.run(inputs, new RunControl());
        Tensor expected = Running.run(model, shape(length)).get(0);
        Running.assertClose(expected, context.output(0), 2e-3 * length);
    }

    @Test
    void everyLengthGivesWhatTheReferenceGives() throws Exception {
        ModelSource source = lengths(true);
        try (CpuExecutable executable = compile(source, CompileOptions.builder());
                ExecutionContext context = executable.newContext()) {
            for (int length : new int[] {1, 7, 200, 2, MOST, 33, 7}) {
                assertLikeReference(context, executable, length);
            }
        }
    }

    @Test
    void whatBelongsToALengthGoesWithItsPlan() throws Exception {
        ModelSource source = lengths(false);
        try (CpuExecutable executable = compile(source, CompileOptions.builder());
                ExecutionContext context = executable.newContext();
                ExecutionContext old = executable.newContext()) {
            assertLikeReference(old, executable, 3);
            int packings = executable.packings();
            long most = 0;
            for (int length = 4; length <= MOST; length++) {
                Tensor[] inputs = SeededInputs.of(executable.signature(), shape(length));
                context.run(inputs, new RunControl());
                most = Math.max(most, executable.memory().weights());
            }
            assertEquals(packings, executable.packings());
            // all lengths together take 32 MB
            assertTrue(most < 20 << 20, most + " bytes");
            // a plan that was forgotten, but is still in use, has what it needs
            assertLikeReference(old, executable, 3);
        }
    }

    @Test
    void twoHundredLengthsOfMiniLmAreStoredLikeOne() throws Exception {
        ModelSource source =
                ModelSource.ofModel("test", SHA256, RealModels.miniLm(), new OnnxFormat());
        try (CpuExecutable executable = compile(source, CompileOptions.builder());
                ExecutionContext context = executable.newContext()) {
            context.run(miniLm(executable, 1), new RunControl());
            int packings = executable.packings();
            long first = executable.memory().weights();
            for (int length = 2; length <= 200; length++) {
                context.run(miniLm(executable, length), new RunControl());
            }
            assertEquals(packings, executable.packings());
            // token types, masks and the like of 32 plans
            assertTrue(executable.memory().weights() < first + (1 << 16));
        }
    }

    private static Tensor[] miniLm(CpuExecutable executable, int length) {
        return SeededInputs.of(
                executable.signature(),
                Map.of(
                        "shape.input_ids", "1x" + length,
                        "shape.attention_mask", "1x" + length,
                        "shape.token_type_ids", "1x" + length));
    }

    @Test
    void whatIsOpenedAgainIsNotPackedAgainForAnyLength() throws Exception {
        Model miniLm = RealModels.miniLm();
        ModelSource source = ModelSource.ofModel("test", SHA256, miniLm, new OnnxFormat());
        Path cache = folder.resolve("cache");
        CompileOptions.Builder options = CompileOptions.builder().cacheFolder(cache);
        Tensor expected;
        try (CpuExecutable executable = compile(source, options);
                ExecutionContext context = executable.newContext()) {
            context.run(miniLm(executable, 16), new RunControl());
            assertTrue(executable.packings() > 0);
            context.run(miniLm(executable, 9), new RunControl());
            expected = copy(context.output(0));
        }
        try (CpuExecutable executable = compile(source, options);
                ExecutionContext context = executable.newContext()) {
            long before = executable.memory().weights();
            context.run(miniLm(executable, 16), new RunControl());
            context.run(miniLm(executable, 9), new RunControl());
            Running.assertClose(expected, context.output(0), 0);
            assertEquals(0, executable.packings());
            assertTrue(executable.memory().weights() < before + (1 << 16));
        }
    }

    private static Tensor copy(Tensor tensor) {
        Tensor copy = Tensor.allocate(tensor.type(), tensor.shape());
        copy.buffer().put(0, tensor.buffer(), 0, tensor.byteSize());
        return copy;
    }

    @Test
    void aModelIsPreparedOnceToBeSupportedAndCompiled() throws Exception {
        ModelSource source = lengths(true);
        int before = backend.waiting();
        assertTrue(backend.support(source).isComplete());
        assertEquals(before + 1, backend.waiting());
        compile(source, CompileOptions.builder()).close();
        assertEquals(before, backend.waiting());
    }

    @Test
    void theBackendHasAllOperatorsThatPreparingPutsIn() {
        for (String type :
                List.of(
                        "Add",
                        "Attention",
                        "Cast",
                        "Concat",
                        "Constant",
                        "Conv",
                        "Expand",
                        "Gather",
                        "Gelu",
                        "Gemm",
                        "HardSwish",
                        "Identity",
                        "LayerNormalization",
                        "MatMul",
                        "Mul",
                        "RMSNormalization",
                        "Reshape",
                        "RotaryEmbedding",
                        "Shape",
                        "Slice",
                        "Split",
                        "Sum",
                        "Transpose",
                        "Unsqueeze",
                        "com.microsoft.QuickGelu",
                        "com.microsoft.SkipLayerNormalization",
                        "com.microsoft.SkipSimplifiedLayerNormalization")) {
            assertTrue(Operators.RULES.knows(type), type);
        }
    }

    @Test
    void fewPreparedModelsWait() throws Exception {
        Preparations preparations = new Preparations();
        ModelSource first = null;
        for (int i = 0; i < 100; i++) {
            Model each = new Model(new Graph("model " + i));
            first = ModelSource.ofModel("model", SHA256, each, new OnnxFormat());
            preparations.keep(first, new Prepared(each));
            assertTrue(preparations.size() <= 8);
        }
        assertTrue(preparations.take(first) != null);
        assertTrue(preparations.take(first) == null, "it is handed over once");
    }

    @Test
    void pagesOfAFileThatAreGivenBackCanBeReadOn() throws Exception {
        Path file = folder.resolve("weights");
        byte[] bytes = new byte[1 << 20];
        random.nextBytes(bytes);
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes.length);
            Tensor onFile = Tensor.of(DataType.UINT8, new long[] {bytes.length}, mapped);
            Tensor elsewhere = copy(onFile);
            graph.addInitializer("on file", onFile);
            graph.addInitializer("elsewhere", elsewhere);
            assertTrue(resident(file) > 0, "it was read");
            Pages.release(model);
            assertEquals(0, resident(file));
            assertEquals(ByteBuffer.wrap(bytes), onFile.buffer());
            assertEquals(ByteBuffer.wrap(bytes), elsewhere.buffer());
        }
    }

    /** Kilobytes of a mapped file that count as this process's memory. */
    private static long resident(Path file) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        long sum = 0;
        boolean wanted = false;
        for (String line : lines) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                wanted = line.endsWith(file.toString());
            } else if (wanted && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return sum;
    }

    @Test
    void onlyFilesAreKnownByTheirChecksums() {
        Verdicts verdicts = new Verdicts();
        OnnxFormat format = new OnnxFormat();
        ModelSource file = ModelSource.ofFile("model", SHA256, Path.of("a.onnx"), format);
        ModelSource other = ModelSource.ofFile("model", SHA256, Path.of("b.onnx"), format);
        ModelSource rewritten = ModelSource.ofModel("model", SHA256, model, format);
        assertFalse(verdicts.isComplete(file));
        verdicts.addComplete(rewritten);
        assertFalse(verdicts.isComplete(file));
        verdicts.addComplete(file);
        assertTrue(verdicts.isComplete(file));
        assertFalse(verdicts.isComplete(other));
        assertFalse(verdicts.isComplete(rewritten));
    }
}
