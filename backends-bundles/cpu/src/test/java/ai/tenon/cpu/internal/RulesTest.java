package ai.tenon.cpu.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.SeededInputs;
import ai.tenon.cpu.internal.plan.Plan;
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
import ai.tenon.passes.testing.Running;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Small models, each for something that a rule decides, against the reference backend. */
class RulesTest {
    private static CpuBackend backend;

    private final Graph graph = new Graph("small");
    private final Model model = new Model(graph);
    private final Random random = new Random(5);

    @BeforeAll
    static void open() {
        backend = new CpuBackend("", 1, false);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    RulesTest() {
        model.opsetImports().put("", 21L);
    }

    private Value input(String name, long... shape) {
        return graph.addInput(name, ValueType.tensor(DataType.FLOAT, shape));
    }

    private Value floats(String name, long... shape) {
        float[] numbers = new float[Tensor.elements(shape)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return graph.addInitializer(name, Tensor.ofFloats(numbers, shape));
    }

    private Value codes(String name, long... shape) {
        long[] numbers = new long[Tensor.elements(shape)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextInt(255) - 127;
        }
        return graph.addInitializer(name, Numbers.of(DataType.INT8, numbers, shape));
    }

    private Node node(String op, String output, Value... inputs) {
        return graph.add(
                "", op, output, Arrays.asList(inputs), List.of(graph.newValue(output, null)));
    }

    private Value quantize(Value x, float scale, long zero, DataType type) {
        String name = x.name() + "_q";
        Value s = graph.addInitializer(name + "_s", Numbers.ofFloats(new float[] {scale}));
        Value z = graph.addInitializer(name + "_z", Numbers.of(type, new long[] {zero}));
        return node("QuantizeLinear", name, x, s, z).output(0);
    }

    private Value around(Value x, float scale, long zero, DataType type) {
        Value q = quantize(x, scale, zero, type);
        Node quantizer = q.producer();
        return node("DequantizeLinear", x.name() + "_d", q, quantizer.input(1), quantizer.input(2))
                .output(0);
    }

    private Value weights(String name, long channels, int axis, long... shape) {
        float[] scales = new float[(int) channels];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = 0.002f + 0.001f * random.nextFloat();
        }
        Value s = graph.addInitializer(name + "_s", Numbers.ofFloats(scales, channels));
        Node node = node("DequantizeLinear", name + "_d", codes(name, shape), s);
        node.set(Attribute.ofInt("axis", axis));
        return node.output(0);
    }

    private void output(Value value) {
        value.setType(ValueType.tensor(DataType.FLOAT, new long[0]));
        value.setType(new ValueType.OfTensor(DataType.FLOAT, null));
        graph.addOutput(value);
    }

    private void assertLikeReference(double difference) throws BackendException {
        assertLikeReference(difference, CompileOptions.builder().build());
    }

    /** Returns the kernels that ran, in their order. */
    private List<String> assertLikeReference(double difference, CompileOptions options)
            throws BackendException {
        ModelSource source = ModelSource.ofModel("small", "00", model, new OnnxFormat());
        assertEquals(List.of(), backend.support(source).reasons());
        List<Tensor> expected = Running.run(model, Map.of());
        try (Executable executable = backend.compile(source, options, CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            context.run(SeededInputs.of(executable.signature(), Map.of()), new RunControl());
            for (int i = 0; i < expected.size(); i++) {
                Running.assertClose(expected.get(i), context.output(i), difference);
            }
            return ((CpuContext) context).plan().steps().stream().map(Plan.Step::kernel).toList();
        }
    }

    @Test
    void aMatrixOfManyZerosIsMultipliedWithoutThem() throws Exception {
        float[] weights = new float[192 * 80];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(20) == 0 ? random.nextFloat() - 0.5f : 0;
        }
        Value matrix = graph.addInitializer("w", Tensor.ofFloats(weights, 192, 80));
        Value x = input("x", 70, 192);
        Value product = node("MatMul", "m", x, matrix).output(0);
        output(node("Relu", "r", node("Add", "a", product, floats("b", 80)).output(0)).output(0));
        List<String> kernels = assertLikeReference(1e-4, CompileOptions.builder().build());
        assertEquals(List.of("gemm 70x80x192 sparse"), kernels);
    }

    @Test
    void aConvolutionInHalfPrecision() throws Exception {
        Node conv = node("Conv", "c", input("x", 1, 16, 9, 11), floats("w", 24, 16, 3, 3));
        conv.set(Attribute.ofInts("pads", 1, 1, 1, 1));
        output(conv.output(0));
        CompileOptions half = CompileOptions.builder().setting("precision", "bf16").build();
        List<String> kernels = assertLikeReference(0.03, half);
        assertTrue(kernels.contains("conv 3x3 16 to 24 bf16"), kernels.toString());
    }

    @Test
    void aQuantizedConvolutionWithActivationAndResidual() throws Exception {
        Value x = around(input("x", 1, 8, 9, 11), 0.02f, 3, DataType.INT8);
        Node conv = node("Conv", "c", x, weights("w", 16, 0, 16, 8, 3, 3), floats("b", 16));
        conv.set(Attribute.ofInts("pads", 1, 1, 1, 1));
        Value relu = node("Relu", "r", conv.output(0)).output(0);
        Value first = around(relu, 0.01f, -128, DataType.INT8);
        Node second = node("Conv", "c2", first, weights("w2", 16, 0, 16, 16, 1, 1));
        Value sum = node("Add", "sum", second.output(0), first).output(0);
        output(around(sum, 0.02f, 128, DataType.UINT8));
        // a code is the least that two ways of rounding differ by
        assertLikeReference(0.0201);
    }

    @Test
    void aQuantizedDepthwiseConvolution() throws Exception {
        Value x = around(input("x", 1, 24, 9, 11), 0.02f, 120, DataType.UINT8);
        Node conv = node("Conv", "c", x, weights("w", 24, 0, 24, 1, 3, 3));
        conv.set(Attribute.ofInts("pads", 1, 1, 1, 1)).set(Attribute.ofInt("group", 24));
        conv.set(Attribute.ofInts("strides", 2, 2));
        output(around(conv.output(0), 0.01f, 128, DataType.UINT8));
        assertLikeReference(0.0101);
    }

    @Test
    void functionsBetweenCodesAreTables() throws Exception {
        Value x = around(input("x", 1, 4, 5, 5), 0.01f, 128, DataType.UINT8);
        Value sigmoid = node("Sigmoid", "s", x).output(0);
        Value swish = node("Mul", "m", x, sigmoid).output(0);
        output(around(swish, 0.01f, 128, DataType.UINT8));
        assertLikeReference(0.0101);
    }

    @Test
    void codesOfSeveralScalesAreJoined() throws Exception {
        Value x = around(input("x", 1, 4, 5, 5), 0.01f, 128, DataType.UINT8);
        Value y = around(input("y", 1, 6, 5, 5), 0.02f, 0, DataType.INT8);
        Node concat = node("Concat", "cat", x, y);
        concat.set(Attribute.ofInt("axis", 1));
        output(around(concat.output(0), 0.02f, 128, DataType.UINT8));
        assertLikeReference(0.0201);
    }

    @Test
    void aTransposedConvolutionWhoseTapsLieApart() throws Exception {
        Node conv =
                node(
                        "ConvTranspose",
                        "t",
                        input("x", 2, 6, 5, 7),
                        floats("w", 6, 3, 2, 2),
                        floats("b", 3));
        conv.set(Attribute.ofInts("strides", 2, 2));
        output(node("Sigmoid", "s", conv.output(0)).output(0));
        assertLikeReference(1e-5);
    }

    @Test
    void aTransposedConvolutionWhoseTapsOverlapThoughLengthsFit() throws Exception {
        Node conv = node("ConvTranspose", "t", input("x", 1, 6, 5, 7), floats("w", 6, 3, 2, 2));
        conv.set(Attribute.ofInts("strides", 2, 2)).set(Attribute.ofInts("dilations", 2, 2));
        conv.set(Attribute.ofInts("pads", 0, 0, 1, 1));
        output(conv.output(0));
        assertLikeReference(1e-5);
    }

    @Test
    void convolutionsThatShareWeightsButNotStrides() throws Exception {
        Value x = input("x", 1, 16, 12, 12);
        Value w = floats("w", 16, 16, 3, 3);
        Node one = node("Conv", "one", x, w);
        Node two = node("Conv", "two", x, w);
        two.set(Attribute.ofInts("strides", 2, 2));
        output(one.output(0));
        output(two.output(0));
        assertLikeReference(1e-4);
    }

    @Test
    void valuesInBothLayoutsMeet() throws Exception {
        Value x = input("x", 1, 6, 5, 5);
        Value conv = node("Conv", "c", x, floats("w", 6, 6, 1, 1)).output(0);
        Value flat = node("Reshape", "f", conv, longs("shape", 1, 150)).output(0);
        Value back = node("Reshape", "back", flat, longs("shape2", 1, 6, 5, 5)).output(0);
        Value mean = node("GlobalAveragePool", "g", conv).output(0);
        Value gated = node("Mul", "gated", back, mean).output(0);
        output(node("Add", "sum", gated, conv).output(0));
        assertLikeReference(1e-5);
    }

    private Value longs(String name, long... numbers) {
        return graph.addInitializer(name, Tensor.ofLongs(numbers, numbers.length));
    }

    @Test
    void whatDependsOnContentsIsRefusedBeforehand() throws Exception {
        Value x = input("x", 4, 5);
        Node node = node("NonZero", "n", x);
        node.output(0).setType(new ValueType.OfTensor(DataType.INT64, null));
        graph.addOutput(node.output(0));
        ModelSource source = ModelSource.ofModel("small", "00", model, new OnnxFormat());
        List<String> reasons = new ArrayList<>(backend.support(source).reasons());
        assertFalse(reasons.isEmpty());
        assertEquals(List.of("NonZero 'n': the cpu backend has no operator NonZero"), reasons);
    }
}
