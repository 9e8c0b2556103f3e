package ai.tenon.passes.fusion.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.SeededInputs;
import ai.tenon.backend.Signature;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.passes.testing.Running;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs models under ONNX Runtime, to see that it takes what passes produce. */
public final class Ort {
    private Ort() {}

    /** Both give the same outputs for seeded inputs. */
    public static void assertSame(Model before, Model after, double tolerance) {
        List<Tensor> expected = run(before);
        List<Tensor> actual = run(after);
        for (int i = 0; i < expected.size(); i++) {
            Running.assertClose(expected.get(i), actual.get(i), tolerance);
        }
    }

    /** All outputs, which have to be FLOAT, for seeded inputs; the model runs as it stands. */
    public static List<Tensor> run(Model model) {
        try {
            Signature signature = Signature.of(model);
            Tensor[] inputs = SeededInputs.of(signature, Map.of());
            ByteBuffer file = new OnnxFormat().write(model);
            byte[] bytes = new byte[file.remaining()];
            file.get(bytes);
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
                try (OrtSession session = environment.createSession(bytes, options)) {
                    return run(environment, session, signature, inputs);
                }
            }
        } catch (BackendException | OrtException | ModelFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Tensor> run(
            OrtEnvironment environment, OrtSession session, Signature signature, Tensor[] inputs)
            throws OrtException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try {
            for (int i = 0; i < inputs.length; i++) {
                feeds.put(
                        signature.inputs().get(i).name(),
                        OnnxTensor.createTensor(
                                environment,
                                inputs[i].buffer().asFloatBuffer(),
                                inputs[i].shape()));
            }
            List<Tensor> outputs = new ArrayList<>();
            try (OrtSession.Result result = session.run(feeds)) {
                for (int i = 0; i < result.size(); i++) {
                    OnnxTensor tensor = (OnnxTensor) result.get(i);
                    float[] values = new float[tensor.getFloatBuffer().remaining()];
                    tensor.getFloatBuffer().get(values);
                    outputs.add(Tensor.ofFloats(values, tensor.getInfo().getShape()));
                }
            }
            return outputs;
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }
}
