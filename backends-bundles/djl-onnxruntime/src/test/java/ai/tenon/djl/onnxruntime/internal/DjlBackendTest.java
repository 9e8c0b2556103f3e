package ai.tenon.djl.onnxruntime.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import com.sun.management.ThreadMXBean;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.service.condition.Condition;

class DjlBackendTest {
    private static final Backend BACKEND = new DjlBackend(Condition.INSTANCE);
    private static final String MODEL = "/all-minilm-l6-v2.onnx";
    private static final int LENGTH = 12;
    private final RunControl control = new RunControl();

    @Test
    void saysWhatItIs() {
        assertEquals("djl-onnxruntime", BACKEND.description().name());
        assertTrue(
                BACKEND.description()
                        .properties()
                        .keySet()
                        .containsAll(List.of("djl", "onnxruntime", "session.tuning")));
    }

    @Test
    void miniLmIsAsInThePlainestCall(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("model.onnx");
        try (InputStream from = getClass().getResourceAsStream(MODEL)) {
            Files.copy(from, file);
        }
        ModelSource source = ModelSource.ofFile("minilm", "00", file, new OnnxFormat());
        try (Executable executable = compile(source);
                ExecutionContext context = executable.newContext()) {
            Tensor[] inputs =
                    executable.signature().inputs().stream()
                            .map(input -> Tensor.ofLongs(values(input.name()), 1, LENGTH))
                            .toArray(Tensor[]::new);
            float[] expected = plainly(file);
            for (int run = 0; run < 3; run++) {
                context.run(inputs, control);
                assertArrayEquals(expected, context.output(0).toFloats(), 1e-6f);
            }
        }
    }

    /** Those that DJL's engine takes, and those that go past it. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "FLOAT",
                "DOUBLE",
                "FLOAT16",
                "BFLOAT16",
                "INT8",
                "UINT8",
                "INT16",
                "INT32",
                "INT64",
                "BOOL"
            })
    void typesPassBitByBit(DataType type) throws BackendException {
        try (Executable executable = compile(identity(type));
                ExecutionContext context = executable.newContext()) {
            for (int size : new int[] {2, 0, 3}) {
                Tensor input = Tensor.allocate(type, size);
                for (int i = 0; i < input.byteSize(); i++) {
                    input.buffer().put(i, (byte) (i % 2));
                }
                context.run(new Tensor[] {input}, control);
                assertTrue(input.contentEquals(context.output(0)), "size " + size);
            }
        }
    }

    @Test
    void theSteadyStateAllocatesNextToNothing() throws BackendException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        int runs = 1000;
        try (Executable executable = compile(identity(DataType.FLOAT));
                ExecutionContext context = executable.newContext()) {
            Tensor[] inputs = {Tensor.allocate(DataType.FLOAT, 64)};
            for (int i = 0; i < runs; i++) {
                context.run(inputs, control);
            }
            long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < runs; i++) {
                context.run(inputs, control);
            }
            long perRun = (threads.getThreadAllocatedBytes(id) - before) / runs;
            assertTrue(perRun <= 600, perRun + " bytes per run");
        }
    }

    @Test
    void closingTwiceIsHarmlessAndUseAfterwardsIsATypedError() throws BackendException {
        Executable executable = compile(identity(DataType.FLOAT));
        ExecutionContext context = executable.newContext();
        Tensor[] inputs = {Tensor.allocate(DataType.FLOAT, 4)};
        context.run(inputs, control);
        executable.close();
        executable.close();
        context.run(inputs, control);
        context.close();
        context.close();
        assertThrows(BackendException.class, () -> context.run(inputs, control));
        assertThrows(BackendException.class, executable::newContext);
    }

    @Test
    void settingsThatOnnxRuntimeDoesNotHaveAreRefused() throws BackendException {
        CompileOptions unknown = CompileOptions.builder().setting("precision", "bf16").build();
        BackendException e =
                assertThrows(
                        BackendException.class,
                        () ->
                                BACKEND.compile(
                                        identity(DataType.FLOAT), unknown, CompileMonitor.SILENT));
        assertEquals(BackendException.ErrorClass.FALLBACK, e.errorClass());
        assertTrue(
                e.getMessage().contains("backend 'djl-onnxruntime' has no setting 'precision'"),
                e.getMessage());
        CompileOptions known =
                CompileOptions.builder().setting("session.force_spinning_stop", "0").build();
        BACKEND.compile(identity(DataType.FLOAT), known, CompileMonitor.SILENT).close();
    }

    private static Executable compile(ModelSource source) throws BackendException {
        return BACKEND.compile(source, CompileOptions.builder().build(), CompileMonitor.SILENT);
    }

    private static ModelSource identity(DataType type) {
        ValueType any = ValueType.tensor(type, -1);
        Graph graph = new Graph("identity");
        Value x = graph.addInput("x", any);
        Value y = graph.newValue("y", any);
        graph.add("", "Identity", "", List.of(x), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.opsetImports().put("", 20L);
        return ModelSource.ofModel("identity", "00", model, new OnnxFormat());
    }

    private static float[] plainly(Path file) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try (OrtSession session = environment.createSession(file.toString())) {
            for (String name : session.getInputNames()) {
                LongBuffer values = LongBuffer.wrap(values(name));
                inputs.put(
                        name, OnnxTensor.createTensor(environment, values, new long[] {1, LENGTH}));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static long[] values(String input) {
        long[] values = new long[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] =
                    switch (input) {
                        case "input_ids" -> 2000 + 37L * i;
                        case "attention_mask" -> 1;
                        default -> 0;
                    };
        }
        return values;
    }
}
