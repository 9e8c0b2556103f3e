package ai.tenon.quantizer.weights.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which codes stand in a model, with lengths that fill blocks and that do not. */
class FormsTest {
    @ParameterizedTest
    @CsvSource({
        "int6, ''",
        "int6, granularity=per-channel",
        "int6, symmetric=false block=64",
        "int4, accuracy-level=1",
        "int4, accuracy-level=1 symmetric=true",
        "int4, accuracy-level=1 granularity=per-channel block=16",
        "int4, accuracy-level=1 granularity=per-tensor symmetric=true",
        "int4, form=qdq",
        "int4, form=qdq symmetric=true block=16",
        "int4, form=qdq granularity=per-channel",
        "int2, accuracy-level=1 method=hqq",
        "int2, form=function method=hqq",
        "int2, form=function symmetric=true granularity=per-channel",
        "binary, ''",
        "binary, granularity=per-block",
    })
    void productsComeOutAsBeforeOnBothRuntimes(String scheme, String settings) throws Exception {
        for (int length : new int[] {64, 70, 128, 100}) {
            TestModel test = new TestModel(17, 5, length);
            Model model =
                    test.layer("MatMul", test.weights(length, 72), List.of())
                            .layer("Gemm", test.weights(72, 65), List.of(test.weights(65)))
                            .layer(
                                    "Gemm",
                                    test.weights(40, 65),
                                    List.of(test.weights(5, 40)),
                                    Attribute.ofInt("transB", 1),
                                    Attribute.ofFloat("alpha", 0.5f))
                            .output(5, 40);
            check(model, scheme, settings, Map.of("x", test.inputs(5, length)), 3);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "int6, conv=true",
        "int4, conv=true",
        "int4, conv=true granularity=per-channel symmetric=true",
        "int2, conv=true method=hqq",
        "binary, conv=true",
    })
    void convolutionsComeOutAsBeforeOnBothRuntimes(String scheme, String settings)
            throws Exception {
        TestModel test = new TestModel(13, 1, 8, 9, 9);
        Model model =
                test.layer("Conv", test.weights(16, 8, 3, 3), List.of(test.weights(16)))
                        .layer(
                                "Conv",
                                test.weights(16, 8, 3, 3),
                                List.of(),
                                Attribute.ofInt("group", 2))
                        .layer("ConvTranspose", test.weights(16, 6, 3, 3), List.of())
                        .output(1, 6, 7, 7);
        check(model, scheme, settings, Map.of("x", test.inputs(1, 8, 9, 9)), 3);
    }

    /** Of the second product only inference knows that it reads a vector. */
    @ParameterizedTest
    @CsvSource({"int4, ''", "int2, method=hqq", "int6, ''"})
    void vectorsAreMultipliedAsBefore(String scheme, String settings) throws Exception {
        TestModel test = new TestModel(17, 64);
        Model model =
                test.layer("MatMul", test.weights(64, 72), List.of())
                        .layer("MatMul", test.weights(72, 65), List.of())
                        .output(65);
        check(model, scheme, settings, Map.of("x", test.inputs(64)), 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"embeddings=int8", "embeddings=int4"})
    void embeddingTablesComeOutAsBefore(String settings) throws Exception {
        TestModel test = new TestModel(13, 1, 1);
        var ids = test.graph.addInput("ids", ValueType.tensor(DataType.INT64, 2, 3));
        var table = test.graph.addInitializer("table", test.weights(50, 72));
        var out = test.graph.newValue("rows", ValueType.tensor(DataType.FLOAT, 2, 3, 72));
        test.graph.add("", "Gather", "lookup", List.of(table, ids), List.of(out));
        test.graph.addOutput(out);
        Tensor chosen = Tensor.ofLongs(new long[] {0, 49, 7, 7, 31, 2}, 2, 3);
        Map<String, Tensor> inputs = Map.of("x", test.inputs(1, 1), "ids", chosen);
        check(test.model, "int4", settings, inputs, 1);
    }

    @Test
    void sharedWeightsAreStoredOnce() throws Exception {
        TestModel test = new TestModel(17, 4, 64);
        var shared = test.graph.addInitializer("shared", test.weights(64, 64));
        Model model =
                test.layer("MatMul", shared, List.of())
                        .layer("MatMul", shared, List.of())
                        .output(4, 64);
        check(model, "int6", "", Map.of("x", test.inputs(4, 64)), 2);
        long codes =
                model.graph().initializers().stream()
                        .filter(value -> ((Tensor) value.constant()).type() == DataType.UINT8)
                        .count();
        assertEquals(1, codes);
    }

    private static void check(
            Model model, String scheme, String settings, Map<String, Tensor> inputs, int layers)
            throws Exception {
        float[] expected = Runs.reference(rounded(model, scheme(scheme, settings)), inputs);
        List<String> names = model.graph().nodes().stream().map(n -> n.output(0).name()).toList();
        QuantizationResult result =
                new WeightQuantizer()
                        .quantize(
                                model,
                                scheme(scheme, settings),
                                Optional.empty(),
                                CompileMonitor.SILENT);
        assertEquals(layers, result.layers().stream().filter(QuantizedLayer::isQuantized).count());
        assertEquals(names, result.layers().stream().map(QuantizedLayer::output).toList());
        result.layers().forEach(layer -> assertTrue(layer.bytesAfter() < layer.bytesBefore() / 2));
        float[] after = Runs.reference(model, inputs);
        assertArrayEquals(expected, after, 1e-5f * largest(expected));
        // which rounds what it multiplies by weights of four bits that it recognises
        float rounding = model.graph().nodes().stream().anyMatch(FormsTest::fuses) ? 2e-2f : 1e-4f;
        float[] other = Runs.onnxRuntime(model, List.of(inputs)).get(0);
        assertArrayEquals(expected, other, rounding * largest(expected));
    }

    private static boolean fuses(Node node) {
        return node.opType().equals("MatMul")
                && node.input(1).producer() != null
                && node.input(1).producer().opType().equals("DequantizeLinear");
    }

    /** The model with its weights rounded and left where they are. */
    private static Model rounded(Model model, QuantizationScheme scheme) throws Exception {
        Model copy = model.copy();
        Settings settings = Settings.of(scheme);
        Map<Value, Tensor> rounded = new HashMap<>();
        for (Layer layer : Layers.of(copy)) {
            boolean isTable = layer.node().opType().equals("Gather");
            Format format =
                    isTable
                            ? new TableForm(copy, settings.embeddingBits()).format()
                            : settings.format();
            WeightMatrix weights = new WeightMatrix(layer);
            Scales scales = new Scales(format, weights);
            Rounding rounding =
                    settings.method().equals("hqq")
                            ? new HalfQuadraticRounding(format, scales)
                            : new NearestRounding(format, scales);
            QuantizedMatrix matrix =
                    QuantizedMatrix.of(weights, format, rounding, CompileMonitor.SILENT);
            Tensor tensor = layer.weights();
            int inner = 1;
            for (int axis = layer.channelAxis() + 1; axis < tensor.rank(); axis++) {
                inner *= (int) tensor.dim(axis);
            }
            float[] values = new float[tensor.size()];
            int rows = matrix.rows();
            for (int i = 0; i < values.length; i++) {
                int at = i / (inner * rows) * inner + i % inner;
                values[i] = matrix.channel(i / inner % rows).weight(at);
            }
            rounded.put(layer.weight(), Tensor.ofFloats(values, tensor.shape()));
        }
        rounded.forEach(copy.graph()::setConstant);
        return copy;
    }

    private static QuantizationScheme scheme(String name, String settings) {
        QuantizationScheme scheme = QuantizationScheme.of(name);
        for (String setting : settings.isEmpty() ? new String[0] : settings.split(" ")) {
            scheme = scheme.with(setting.split("=")[0], setting.split("=")[1]);
        }
        return scheme;
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
