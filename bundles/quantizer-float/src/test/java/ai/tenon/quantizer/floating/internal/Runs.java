package ai.tenon.quantizer.floating.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.reference.internal.ReferenceBackend;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs models under the reference backend and under ONNX Runtime. */
final class Runs {
    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);

    private Runs() {}

    /** The first output under the reference backend. */
    static float[] reference(Model model, Map<String, Tensor> inputs) throws BackendException {
        ModelSource source = ModelSource.ofModel("test", "0", model, new OnnxFormat());
        try (Executable executable =
                        new ReferenceBackend()
                                .compile(
                                        source,
                                        CompileOptions.builder().build(),
                                        CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            Tensor[] given =
                    executable.signature().inputs().stream()
                            .map(spec -> inputs.get(spec.name()))
                            .toArray(Tensor[]::new);
            context.run(given, new RunControl());
            return context.output(0).toFloats();
        }
    }

    /** The first output of each run under ONNX Runtime. */
    static List<float[]> onnxRuntime(Model model, List<Map<String, Tensor>> samples) {
        List<float[]> results = new java.util.ArrayList<>();
        String output = model.graph().outputs().get(0).name();
        each(model, samples, outputs -> results.add(Numbers.floats(outputs.get(output))));
        return results;
    }

    private static void each(
            Model model,
            Iterable<Map<String, Tensor>> samples,
            Consumer<Map<String, Tensor>> sink) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            ByteBuffer file = new OnnxFormat().write(model);
            byte[] bytes = new byte[file.remaining()];
            file.get(bytes);
            try (OrtSession session = ENVIRONMENT.createSession(bytes, options)) {
                for (Map<String, Tensor> sample : samples) {
                    run(session, sample, sink);
                }
            }
        } catch (OrtException | ModelFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(
            OrtSession session, Map<String, Tensor> sample, Consumer<Map<String, Tensor>> sink)
            throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (String name : session.getInputNames()) {
            Tensor tensor = sample.get(name);
            inputs.put(
                    name,
                    tensor.type() == DataType.FLOAT
                            ? OnnxTensor.createTensor(
                                    ENVIRONMENT, tensor.buffer().asFloatBuffer(), tensor.shape())
                            : OnnxTensor.createTensor(
                                    ENVIRONMENT, tensor.buffer().asLongBuffer(), tensor.shape()));
        }
        try (OrtSession.Result result = session.run(inputs)) {
            Map<String, Tensor> outputs = new HashMap<>();
            result.forEach(
                    entry -> {
                        OnnxTensor tensor = (OnnxTensor) entry.getValue();
                        outputs.put(
                                entry.getKey(),
                                Tensor.of(
                                        DataType.FLOAT,
                                        tensor.getInfo().getShape(),
                                        tensor.getByteBuffer()));
                    });
            sink.accept(outputs);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
