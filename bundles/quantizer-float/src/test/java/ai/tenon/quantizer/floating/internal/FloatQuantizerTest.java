package ai.tenon.quantizer.floating.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models in sixteen bits against the same models in FLOAT. */
class FloatQuantizerTest {
    private final Graph graph = new Graph("test");
    private final Model model = new Model(graph);
    private final Random random = new Random(11);
    private final Map<String, Tensor> inputs = Map.of("x", floats(4, 32));

    FloatQuantizerTest() {
        model.opsetImports().put("", 17L);
        graph.addInput("x", ValueType.tensor(DataType.FLOAT, 4, 32));
    }

    @ParameterizedTest
    @CsvSource({"fp16, 0.0005", "bf16, 0.004"})
    void weightsAreRoundedAndStoredInHalfTheSize(String scheme, double step) throws Exception {
        network();
        float[] weights = ((Tensor) graph.value("w1").constant()).toFloats();
        float[] before = Runs.reference(model, inputs);
        List<QuantizedLayer> layers = quantize(scheme, Map.of()).layers();
        assertEquals(
                List.of("MatMul", "Gemm"),
                layers.stream().map(QuantizedLayer::layerClass).toList());
        for (QuantizedLayer layer : layers) {
            assertEquals("weights stored in " + scheme, layer.treatment());
            assertEquals(layer.bytesBefore(), 2 * layer.bytesAfter());
            assertEquals(32, layer.length());
        }
        Node cast = graph.value("w1").producer();
        float[] stored = Numbers.floats((Tensor) cast.input(0).constant());
        for (int i = 0; i < weights.length; i++) {
            assertEquals(weights[i], stored[i], Math.abs(weights[i]) * step);
        }
        assertFalse(Arrays.equals(weights, stored));
        float[] after = Runs.reference(model, inputs);
        assertArrayEquals(before, after, (float) (20 * step));
        assertArrayEquals(after, Runs.onnxRuntime(model, List.of(inputs)).get(0), 1e-4f);
    }

    @Test
    void computesInSixteenBitsButWhatIsSensitive() throws Exception {
        network();
        float[] before = Runs.reference(model, inputs);
        List<QuantizedLayer> layers = quantize("fp16", Map.of("compute", "fp16")).layers();
        layers.forEach(layer -> assertEquals("computes in fp16", layer.treatment()));
        Map<String, DataType> computed = new TreeMap<>();
        for (Node node : graph.nodes()) {
            Value input = node.input(0);
            if (input.tensorType() != null && !node.opType().equals("Cast")) {
                computed.put(node.opType(), input.tensorType().elementType());
            }
        }
        assertEquals(
                Map.of(
                        "MatMul", DataType.FLOAT16,
                        "Relu", DataType.FLOAT16,
                        "Softmax", DataType.FLOAT,
                        "Gemm", DataType.FLOAT16),
                computed);
        assertEquals("x", graph.inputs().get(0).name());
        assertEquals(List.of("hidden", "y"), graph.outputs().stream().map(Value::name).toList());
        float[] after = Runs.reference(model, inputs);
        assertArrayEquals(before, after, 0.02f);
        assertArrayEquals(after, Runs.onnxRuntime(model, List.of(inputs)).get(0), 0.02f);
    }

    @Test
    void computesInBfloat16WhereTheBackendCan() throws Exception {
        network();
        float[] before = Runs.reference(model, inputs);
        quantize("bf16", Map.of("compute", "bf16"));
        assertEquals(22, model.opset(""));
        assertEquals(DataType.BFLOAT16, graph.value("w1_bf16").tensorType().elementType());
        assertArrayEquals(before, Runs.reference(model, inputs), 0.1f);
    }

    @ParameterizedTest
    @CsvSource({
        "70000, fp16, is beyond the largest number of FLOAT16",
        "NaN, fp16, not finite",
        "Infinity, bf16, not finite",
    })
    void weightsThatDoNotFitStayAndSayWhy(float weight, String scheme, String reason)
            throws Exception {
        network();
        ((Tensor) graph.value("w1").constant()).buffer().putFloat(400, weight);
        for (String compute : List.of("fp32", scheme)) {
            Model copy = model.copy();
            List<QuantizedLayer> layers =
                    quantize(copy, scheme, Map.of("compute", compute)).layers();
            assertTrue(layers.get(0).reason().contains(reason), layers.get(0).reason());
            assertEquals(layers.get(0).bytesBefore(), layers.get(0).bytesAfter());
            assertTrue(layers.get(1).isQuantized());
            Node product =
                    copy.graph().nodes().stream()
                            .filter(node -> node.opType().equals("MatMul"))
                            .findFirst()
                            .orElseThrow();
            assertTrue(product.input(1).isConstant());
            assertEquals(DataType.FLOAT, product.input(1).tensorType().elementType());
        }
    }

    @Test
    void sumsOfIntegersDoNotOverflow() throws Exception {
        int[] sums = new int[4 * 32];
        Arrays.fill(sums, 100_000);
        Value counted = graph.addInitializer("counted", Tensor.ofInts(sums, 4, 32));
        Value real = graph.newValue("real", null);
        graph.add("", "Cast", "", List.of(counted), List.of(real))
                .set(Attribute.ofInt("to", DataType.FLOAT.code()));
        Value product = graph.newValue("product", null);
        graph.add("", "Mul", "", List.of(graph.value("x"), real), List.of(product));
        Value y = graph.newValue("y", new ValueType.OfTensor(DataType.FLOAT, null));
        graph.add("", "Relu", "", List.of(graph.value("x")), List.of(y));
        graph.addOutput(product);
        graph.addOutput(y);
        product.setType(ValueType.tensor(DataType.FLOAT, 4, 32));
        float[] before = Runs.reference(model, inputs);
        quantize("fp16", Map.of("compute", "fp16"));
        assertArrayEquals(before, Runs.reference(model, inputs));
        assertEquals(new ValueType.OfTensor(DataType.FLOAT, null), graph.value("y").type());
    }

    @Test
    void excludedLayersStay() throws Exception {
        network();
        List<QuantizedLayer> layers =
                quantize("fp16", Map.of("exclude", "product", "exclude-classes", "Gemm")).layers();
        assertEquals(
                List.of("excluded by name", "its class is excluded"),
                layers.stream().map(QuantizedLayer::reason).toList());
    }

    @Test
    void masksBeyondTheRangeStayFloat() throws Exception {
        // as attention masks are made: what must not count is set as low as FLOAT goes
        Value lowest = graph.newValue("lowest", null);
        graph.add("", "Constant", "", List.of(), List.of(lowest))
                .set(Attribute.ofTensor("value", Tensor.ofFloats(new float[] {-Float.MAX_VALUE})));
        Value zero = graph.addInitializer("zero", Tensor.ofFloats(new float[32 * 4], 4, 32));
        Value mask = graph.newValue("mask", null);
        graph.add("", "Mul", "masking", List.of(zero, lowest), List.of(mask));
        Value sum = graph.newValue("y", ValueType.tensor(DataType.FLOAT, 4, 32));
        graph.add("", "Add", "sum", List.of(graph.value("x"), mask), List.of(sum));
        graph.addOutput(sum);
        quantize("fp16", Map.of("compute", "fp16"));
        float[] expected = inputs.get("x").toFloats();
        assertArrayEquals(expected, Runs.reference(model, inputs), 0.005f);
        assertArrayEquals(expected, Runs.onnxRuntime(model, List.of(inputs)).get(0), 0.005f);
    }

    @Test
    void refusesWhatMakesNoSense() {
        network();
        assertMessage("fp8", Map.of(), "unknown scheme 'fp8'; there are [bf16, fp16]");
        assertMessage(
                "fp16", Map.of("block", "32"), "fp16 has no setting 'block'; it has [compute");
        assertMessage(
                "bf16",
                Map.of("compute", "fp16"),
                "bf16: compute must be one of [fp32, bf16], not 'fp16'");
        assertEquals(Set.of("fp16", "bf16"), new FloatQuantizer().schemes());
    }

    private void assertMessage(String scheme, Map<String, String> settings, String message) {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> quantize(scheme, settings));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    /** x → MatMul → Relu (an output too) → Softmax → Gemm. */
    private void network() {
        Value w1 = graph.addInitializer("w1", floats(32, 32));
        Value product = graph.newValue("product", null);
        graph.add("", "MatMul", "m", List.of(graph.value("x"), w1), List.of(product));
        Value hidden = graph.newValue("hidden", ValueType.tensor(DataType.FLOAT, 4, 32));
        graph.add("", "Relu", "r", List.of(product), List.of(hidden));
        Value soft = graph.newValue("soft", ValueType.tensor(DataType.FLOAT, 4, 32));
        graph.add("", "Softmax", "s", List.of(hidden), List.of(soft));
        Value w2 = graph.addInitializer("w2", floats(32, 20));
        Value bias = graph.addInitializer("bias", floats(20));
        Value y = graph.newValue("y", ValueType.tensor(DataType.FLOAT, 4, 20));
        graph.add("", "Gemm", "g", List.of(soft, w2, bias), List.of(y));
        graph.addOutput(hidden);
        graph.addOutput(y);
    }

    private Tensor floats(long... shape) {
        float[] values = new float[Tensor.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.3 * random.nextGaussian());
        }
        return Tensor.ofFloats(values, shape);
    }

    private QuantizationResult quantize(String scheme, Map<String, String> settings)
            throws Exception {
        return quantize(model, scheme, settings);
    }

    private static QuantizationResult quantize(
            Model model, String scheme, Map<String, String> settings) throws Exception {
        return new FloatQuantizer()
                .quantize(
                        model,
                        QuantizationScheme.of(scheme).with(settings),
                        Optional.empty(),
                        CompileMonitor.SILENT);
    }
}
