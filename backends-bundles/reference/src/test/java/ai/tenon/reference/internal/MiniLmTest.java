package ai.tenon.reference.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.Tensor;
import ai.tenon.onnx.internal.OnnxFormat;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real model against ONNX Runtime. */
class MiniLmTest {
    private static final int TOKENS = 24;

    @TempDir private Path folder;

    @Test
    void allMiniLmGivesWhatOnnxRuntimeGives() throws Exception {
        Path file = folder.resolve("model.onnx");
        try (InputStream model = getClass().getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            Files.copy(model, file);
        }
        Map<String, long[]> inputs = inputs();
        ModelSource source = ModelSource.ofFile("minilm", "0", file, new OnnxFormat());
        ReferenceBackend backend = new ReferenceBackend();
        assertEquals(List.of(), backend.support(source).reasons());
        try (Executable executable =
                        backend.compile(
                                source, CompileOptions.builder().build(), CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            Tensor[] given =
                    executable.signature().inputs().stream()
                            .map(TensorSpec::name)
                            .map(name -> Tensor.ofLongs(inputs.get(name), 1, TOKENS))
                            .toArray(Tensor[]::new);
            context.run(given, new RunControl());
            Tensor result = context.output(0);
            assertArrayEquals(new long[] {1, TOKENS, 384}, result.shape());
            assertArrayEquals(expected(file, inputs), result.toFloats(), 1e-4f);
        }
    }

    private static Map<String, long[]> inputs() {
        Random random = new Random(7);
        long[] ids = random.longs(TOKENS, 1000, 30000).toArray();
        long[] mask = new long[TOKENS];
        java.util.Arrays.fill(mask, 0, TOKENS - 5, 1);
        return Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", new long[TOKENS]);
    }

    private static float[] expected(Path file, Map<String, long[]> inputs) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try (OrtSession session = environment.createSession(file.toString())) {
            for (String name : session.getInputNames()) {
                LongBuffer values = LongBuffer.wrap(inputs.get(name));
                tensors.put(
                        name, OnnxTensor.createTensor(environment, values, new long[] {1, TOKENS}));
            }
            try (OrtSession.Result result = session.run(tensors)) {
                float[] values = new float[TOKENS * 384];
                ((OnnxTensor) result.get(0)).getFloatBuffer().get(values);
                return values;
            } finally {
                tensors.values().forEach(OnnxTensor::close);
            }
        }
    }
}
