package ai.tenon.quantizer.int8.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.CalibrationData;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.reference.internal.ReferenceBackend;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Builds small models with seeded weights, and runs them. */
final class Small {
    final Graph graph = new Graph("small");
    final Model model = new Model(graph);
    private final Random random = new Random(5);

    Small() {
        model.opsetImports().put("", 17L);
        model.setIrVersion(8);
    }

    Value input(String name, long... shape) {
        return graph.addInput(name, ValueType.tensor(DataType.FLOAT, shape));
    }

    Value node(String operator, String output, Value... inputs) {
        Value out = graph.newValue(output, null);
        graph.add(
                operator.contains(".") ? "com.microsoft" : "",
                operator,
                "",
                Arrays.asList(inputs),
                List.of(out));
        return out;
    }

    Value with(Value value, Attribute... attributes) {
        List.of(attributes).forEach(value.producer()::set);
        return value;
    }

    /** An initializer of normally distributed numbers, whose channels grow along the last axis. */
    Value weights(String name, long... shape) {
        return graph.addInitializer(name, normal(0.1f, shape));
    }

    Tensor normal(float deviation, long... shape) {
        float[] values = new float[Tensor.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * (float) random.nextGaussian();
        }
        return Tensor.ofFloats(values, shape);
    }

    Small output(Value value, long... shape) {
        value.setType(ValueType.tensor(DataType.FLOAT, shape));
        graph.addOutput(value);
        return this;
    }

    QuantizationResult quantize(QuantizationScheme scheme) throws BackendException {
        return new Int8Quantizer().quantize(model, scheme, Optional.empty(), CompileMonitor.SILENT);
    }

    /** Quantizes after calibrating over samples, on the reference backend. */
    QuantizationResult quantize(QuantizationScheme scheme, List<Map<String, Tensor>> samples)
            throws BackendException {
        return new Int8Quantizer()
                .quantize(model, scheme, Optional.of(calibration(samples)), CompileMonitor.SILENT);
    }

    private static Calibration calibration(List<Map<String, Tensor>> samples) {
        CalibrationData data =
                new CalibrationData() {
                    @Override
                    public int size() {
                        return samples.size();
                    }

                    @Override
                    public String source() {
                        return "test samples";
                    }

                    @Override
                    public Iterator<Map<String, Tensor>> iterator() {
                        return samples.iterator();
                    }
                };
        return new Calibration(
                data,
                (probe, all, sink) -> {
                    for (Map<String, Tensor> sample : all) {
                        sink.accept(reference(probe, sample));
                    }
                });
    }

    List<String> operators() {
        return graph.nodes().stream().map(Node::opType).sorted().toList();
    }

    /** What the reference backend answers. */
    static Map<String, Tensor> reference(Model model, Map<String, Tensor> inputs)
            throws BackendException {
        ModelSource source = ModelSource.ofModel("small", "0", model, new OnnxFormat());
        try (Executable executable =
                        new ReferenceBackend()
                                .compile(
                                        source,
                                        CompileOptions.builder().build(),
                                        CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            context.run(
                    executable.signature().inputs().stream()
                            .map(spec -> inputs.get(spec.name()))
                            .toArray(Tensor[]::new),
                    new RunControl());
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            for (int i = 0; i < executable.signature().outputs().size(); i++) {
                outputs.put(executable.signature().outputs().get(i).name(), context.output(i));
            }
            return outputs;
        }
    }

    /** What ONNX Runtime answers, as far as it is FLOAT. */
    static Map<String, Tensor> onnxRuntime(Model model, Map<String, Tensor> inputs)
            throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        ByteBuffer bytes = new OnnxFormat().write(model);
        byte[] file = new byte[bytes.remaining()];
        bytes.get(file);
        Map<String, OnnxTensor> given = new HashMap<>();
        try (OrtSession session = environment.createSession(file)) {
            for (String name : session.getInputNames()) {
                given.put(name, tensor(environment, inputs.get(name)));
            }
            try (OrtSession.Result result = session.run(given)) {
                Map<String, Tensor> outputs = new LinkedHashMap<>();
                for (Map.Entry<String, ai.onnxruntime.OnnxValue> entry : result) {
                    OnnxTensor tensor = (OnnxTensor) entry.getValue();
                    float[] values = new float[tensor.getFloatBuffer().remaining()];
                    tensor.getFloatBuffer().get(values);
                    outputs.put(
                            entry.getKey(), Numbers.ofFloats(values, tensor.getInfo().getShape()));
                }
                return outputs;
            }
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Tensor tensor)
            throws OrtException {
        ByteBuffer bytes = tensor.buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        return tensor.type() == DataType.INT64
                ? OnnxTensor.createTensor(environment, bytes.asLongBuffer(), tensor.shape())
                : OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), tensor.shape());
    }

    /** Signal to quantization noise in dB. */
    static double sqnr(float[] exact, float[] quantized) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < exact.length; i++) {
            signal += (double) exact[i] * exact[i];
            noise += Math.pow((double) exact[i] - quantized[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }

    static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }
}
