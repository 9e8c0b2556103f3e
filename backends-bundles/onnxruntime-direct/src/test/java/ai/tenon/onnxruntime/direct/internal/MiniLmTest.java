package ai.tenon.onnxruntime.direct.internal;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real model gives what ONNX Runtime's plainest call gives, at changing lengths. */
class MiniLmTest {
    private static final String MODEL = "/all-minilm-l6-v2.onnx";

    @Test
    void sameAsThePlainestCall(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("model.onnx");
        try (InputStream from = getClass().getResourceAsStream(MODEL)) {
            Files.copy(from, file);
        }
        ModelSource source = ModelSource.ofFile("minilm", "00", file, new OnnxFormat());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (Executable executable =
                        TestModels.BACKEND.compile(
                                source, CompileOptions.builder().build(), CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext();
                OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession plain = environment.createSession(file.toString(), options)) {
            List<TensorSpec> inputs = executable.signature().inputs();
            assertEquals(3, inputs.size());
            for (int length : new int[] {8, 8, 20, 8}) {
                Tensor[] tensors = new Tensor[inputs.size()];
                for (int i = 0; i < tensors.length; i++) {
                    tensors[i] = Tensor.ofLongs(values(inputs.get(i).name(), length), 1, length);
                }
                assertArrayEquals(
                        plainly(plain, environment, length),
                        TestModels.run(context, tensors).toFloats(),
                        1e-6f);
            }
        }
    }

    private static float[] plainly(OrtSession session, OrtEnvironment environment, int length)
            throws Exception {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (String name : session.getInputNames()) {
            inputs.put(
                    name,
                    OnnxTensor.createTensor(
                            environment,
                            LongBuffer.wrap(values(name, length)),
                            new long[] {1, length}));
        }
        try (OrtSession.Result result = session.run(inputs)) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static long[] values(String input, int length) {
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
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
