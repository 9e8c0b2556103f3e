package ai.tenon.reference.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.onnx.internal.OnnxFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One operator with random inputs, here and under ONNX Runtime. */
final class Comparison {
    static final Value NONE = null;

    private final TestModel test = new TestModel();
    private final List<Tensor> inputs = new ArrayList<>();
    private final Random random;
    private Node node;

    Comparison(long seed) {
        random = new Random(seed);
        test.model.opsetImports().put("com.microsoft", 1L);
    }

    Comparison opset(long version) {
        test.model.opsetImports().put("", version);
        return this;
    }

    Value given(Tensor tensor) {
        inputs.add(tensor);
        return test.input("in" + inputs.size(), tensor.type(), tensor.shape());
    }

    Value constant(Tensor tensor) {
        Value value = test.graph.freshValue("constant", null);
        value.setType(ValueType.tensor(tensor.type(), tensor.shape()));
        return test.graph.setConstant(value, tensor);
    }

    Value floats(long... shape) {
        return given(floatTensor(1, shape));
    }

    Tensor floatTensor(double range, long... shape) {
        double[] values = new double[Tensor.elements(shape)];
        Arrays.setAll(values, i -> range * (2 * random.nextDouble() - 1));
        return Numbers.of(DataType.FLOAT, values, shape);
    }

    /** Positive numbers. */
    Value scales(double range, long... shape) {
        double[] values = new double[Tensor.elements(shape)];
        Arrays.setAll(values, i -> range * (0.5 + random.nextDouble()));
        return constant(Numbers.of(DataType.FLOAT, values, shape));
    }

    Value scalar(double value) {
        return constant(Numbers.of(DataType.FLOAT, new double[] {value}));
    }

    Tensor codeTensor(DataType type, long... shape) {
        long[] values = new long[Tensor.elements(shape)];
        Arrays.setAll(values, i -> random.nextInt(1 << Math.min(type.bits(), 16)));
        return Numbers.ofCodes(type, values, shape);
    }

    Value codes(DataType type, long... shape) {
        return given(codeTensor(type, shape));
    }

    Value zero(DataType type, long value) {
        return constant(Numbers.ofCodes(type, new long[] {value}));
    }

    Value ints(int... values) {
        return given(Tensor.ofInts(values, values.length));
    }

    /**
     * Adds the operator; attributes are set on what is returned.
     *
     * @param outputs which of its outputs are wanted
     */
    Node node(String domain, String operator, int[] outputs, Value... ins) {
        Value[] results = new Value[outputs[outputs.length - 1] + 1];
        for (int index : outputs) {
            results[index] = test.graph.newValue("out" + index, null);
        }
        node = test.graph.add(domain, operator, "", Arrays.asList(ins), Arrays.asList(results));
        return node;
    }

    Node microsoft(String operator, Value... ins) {
        return node("com.microsoft", operator, new int[] {0}, ins);
    }

    /** Compares all outputs. */
    void same(double tolerance) throws Exception {
        ShapeInference shapes = ShapeInference.of(test.model);
        List<ValueType.OfTensor> inferred = new ArrayList<>();
        for (Value out : node.outputs()) {
            if (out != null) {
                ValueType.OfTensor type = (ValueType.OfTensor) shapes.type(out);
                inferred.add(type);
                out.setType(new ValueType.OfTensor(type.elementType(), null));
                test.graph.addOutput(out);
            }
        }
        List<Tensor> theirs = onnxRuntime();
        CompileOptions options = CompileOptions.builder().build();
        try (Executable executable =
                        new ReferenceBackend()
                                .compile(test.source(), options, CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            context.run(inputs.toArray(Tensor[]::new), new RunControl());
            for (int i = 0; i < theirs.size(); i++) {
                Tensor ours = context.output(i);
                Tensor expected = theirs.get(i);
                String place = node.label() + " output " + i;
                assertEquals(expected.toString(), ours.toString(), place);
                assertTrue(
                        inferred.get(i).shape().accepts(ours),
                        () -> place + ": " + ours + " was inferred as " + inferred);
                assertArrayEquals(
                        Numbers.doubles(expected), Numbers.doubles(ours), tolerance, place);
            }
        }
    }

    private List<Tensor> onnxRuntime() throws Exception {
        ByteBuffer model = new OnnxFormat().write(test.model);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            try (OrtSession session = environment.createSession(model, options)) {
                for (int i = 0; i < inputs.size(); i++) {
                    tensors.put("in" + (i + 1), tensor(environment, inputs.get(i)));
                }
                List<Tensor> results = new ArrayList<>();
                try (OrtSession.Result result = session.run(tensors)) {
                    for (var each : result) {
                        results.add(copy((OnnxTensor) each.getValue()));
                    }
                }
                return results;
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Tensor tensor)
            throws OrtException {
        ByteBuffer direct = ByteBuffer.allocateDirect(tensor.byteSize());
        direct.order(java.nio.ByteOrder.nativeOrder()).put(0, tensor.buffer(), 0, direct.limit());
        OnnxJavaType type =
                switch (tensor.type()) {
                    case FLOAT -> OnnxJavaType.FLOAT;
                    case FLOAT16 -> OnnxJavaType.FLOAT16;
                    case INT8 -> OnnxJavaType.INT8;
                    case UINT8 -> OnnxJavaType.UINT8;
                    case INT32 -> OnnxJavaType.INT32;
                    case INT64 -> OnnxJavaType.INT64;
                    default -> throw new IllegalArgumentException(tensor.toString());
                };
        return OnnxTensor.createTensor(environment, direct, tensor.shape(), type);
    }

    private static Tensor copy(OnnxTensor tensor) {
        DataType type =
                switch (tensor.getInfo().type) {
                    case FLOAT -> DataType.FLOAT;
                    case FLOAT16 -> DataType.FLOAT16;
                    case INT8 -> DataType.INT8;
                    case UINT8 -> DataType.UINT8;
                    case INT32 -> DataType.INT32;
                    case INT64 -> DataType.INT64;
                    default -> throw new IllegalArgumentException(tensor.toString());
                };
        return Tensor.of(type, tensor.getInfo().getShape(), tensor.getByteBuffer());
    }
}
