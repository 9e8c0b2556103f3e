package ai.tenon.datasets.internal;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Metric;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model on ONNX Runtime, to be measured. */
public final class OrtModel implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    public OrtModel(byte[] model) throws OrtException {
        session = environment.createSession(model);
    }

    /** Runs all samples and returns what the metric says. */
    public double measure(DataSet data, Metric metric) throws OrtException {
        Metric.Accumulator accumulator = metric.start();
        for (Sample sample : data) {
            Map<String, Tensor> outputs = run(sample.inputs());
            Map<String, Tensor> expected = new HashMap<>(sample.expected());
            outputs.forEach((name, tensor) -> expected.put(Metric.REFERENCE + name, tensor));
            accumulator.add(outputs, expected);
        }
        return accumulator.value();
    }

    public Map<String, Tensor> run(Map<String, Tensor> inputs) throws OrtException {
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                given.put(input.getKey(), tensor(input.getValue()));
            }
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            try (OrtSession.Result result = session.run(given)) {
                for (Map.Entry<String, ai.onnxruntime.OnnxValue> value : result) {
                    OnnxTensor tensor = (OnnxTensor) value.getValue();
                    outputs.put(
                            value.getKey(),
                            Tensor.ofFloats(
                                    tensor.getFloatBuffer().array(), tensor.getInfo().getShape()));
                }
            }
            return outputs;
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(Tensor tensor) throws OrtException {
        return OnnxTensor.createTensor(
                environment,
                tensor.buffer(),
                tensor.shape(),
                tensor.type() == DataType.FLOAT ? OnnxJavaType.FLOAT : OnnxJavaType.INT64);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
