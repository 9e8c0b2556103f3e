package ai.tenon.quantizer.int8.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticSchemeTest {
    private static final QuantizationScheme SCHEME = QuantizationScheme.of("int8-static");

    /** Two convolutions with a shortcut, a depthwise one, pooling and a classifier. */
    private static Small net() {
        Small small = new Small();
        Value x = small.input("x", 1, 3, 8, 8);
        Value first = small.node("Relu", "first", convolution(small, "c1", x, 8, 3, 1));
        Value second = convolution(small, "c2", first, 8, 8, 1);
        Value sum = small.node("Relu", "sum", small.node("Add", "added", first, second));
        Value deep = convolution(small, "c3", sum, 8, 1, 8);
        Value clipped =
                small.node(
                        "Clip",
                        "clipped",
                        deep,
                        small.graph.addInitializer("low", Tensor.ofFloats(new float[1])),
                        small.graph.addInitializer("high", Tensor.ofFloats(new float[] {6})));
        Value pooled = small.node("GlobalAveragePool", "pooled", clipped);
        Value flat = small.node("Flatten", "flat", pooled);
        Value y = small.node("Gemm", "y", flat, small.weights("wy", 8, 5), small.weights("by", 5));
        return small.output(y, 1, 5);
    }

    private static Value convolution(
            Small small, String name, Value x, int out, int in, int group) {
        return small.with(
                small.node(
                        "Conv",
                        name,
                        x,
                        small.weights("w_" + name, out, in, 3, 3),
                        small.weights("b_" + name, out)),
                Attribute.ofInts("pads", 1, 1, 1, 1),
                Attribute.ofInt("group", group));
    }

    private static List<Map<String, Tensor>> samples(Small small) {
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            samples.add(Map.of("x", small.normal(1, 1, 3, 8, 8)));
        }
        return samples;
    }

    private static float[] answers(Model model, List<Map<String, Tensor>> samples)
            throws BackendException {
        float[] answers = new float[samples.size() * 5];
        for (int i = 0; i < samples.size(); i++) {
            float[] y = Small.reference(model, samples.get(i)).get("y").toFloats();
            System.arraycopy(y, 0, answers, i * 5, 5);
        }
        return answers;
    }

    @ParameterizedTest
    @CsvSource({
        "minmax,uint8,false,32",
        "minmax,int8,false,32",
        "minmax,uint8,true,28",
        "moving-average,uint8,false,25",
        "percentile,uint8,false,30",
        "entropy,uint8,false,25"
    })
    void staysCloseOnBothEngines(
            String calibration, String activations, String reduced, double atLeast)
            throws Exception {
        Small small = net();
        List<Map<String, Tensor>> samples = samples(small);
        float[] exact = answers(small.model, samples);
        QuantizationResult result =
                small.quantize(
                        SCHEME.with("calibration", calibration)
                                .with("activation-type", activations)
                                .with("reduce-range", reduced),
                        samples);
        assertTrue(result.layers().stream().allMatch(QuantizedLayer::isQuantized));
        assertEquals(8 * 27 + 8 * 5, result.layers().get(0).bytesAfter());
        float[] quantized = answers(small.model, samples);
        double sqnr = Small.sqnr(exact, quantized);
        assertTrue(sqnr > atLeast, "SQNR " + sqnr);
        float[] ort = Small.onnxRuntime(small.model, samples.get(0)).get("y").toFloats();
        // one step of one activation of the last layer, at most
        float step = 0.02f;
        for (int i = 0; i < ort.length; i++) {
            assertEquals(quantized[i], ort[i], step);
        }
    }

    @Test
    void integersFlowFromLayerToLayer() throws Exception {
        Small small = net();
        small.quantize(SCHEME, samples(small));
        List<String> operators = small.operators();
        assertFalse(operators.contains("Relu") || operators.contains("Clip"));
        // x, first, c2, sum, clipped, pooled, flat; what the caller gets stays as it is
        assertEquals(7, Collections.frequency(operators, "QuantizeLinear"));
        assertEquals("y", small.graph.outputs().get(0).name());
        assertEquals("Gemm", small.graph.outputs().get(0).producer().opType());
        for (Value value : small.graph.initializers()) {
            assertFalse(value.name().matches("[wb]_c."), value.name());
        }
    }

    @Test
    void statisticsGiveTheSameModelWithoutData() throws Exception {
        Small once = net();
        QuantizationScheme scheme = SCHEME.with("bias-correction", "true");
        QuantizationResult result = once.quantize(scheme, samples(once));
        assertEquals(
                4,
                result.statistics().keySet().stream()
                        .filter(name -> name.startsWith("bias."))
                        .count());
        QuantizationScheme replay = scheme.with(result.statistics());
        assertFalse(new Int8Quantizer().needsCalibration(replay));
        assertMessage(replay.with("bias.c1", "1,2"), "bias.c1 has 2 values, but the layer takes 8");
        Small again = net();
        assertEquals(result.statistics(), again.quantize(replay).statistics());
        assertEquals(new OnnxFormat().write(once.model), new OnnxFormat().write(again.model));
    }

    @Test
    void biasCorrectionBringsTheMeansBack() throws Exception {
        Small plain = net();
        List<Map<String, Tensor>> samples = samples(plain);
        float[] exact = answers(plain.model, samples);
        QuantizationScheme coarse = SCHEME.with("granularity", "per-tensor");
        plain.quantize(coarse, samples);
        Small corrected = net();
        corrected.quantize(coarse.with("bias-correction", "true"), samples);
        double before = meanError(exact, answers(plain.model, samples));
        double after = meanError(exact, answers(corrected.model, samples));
        assertTrue(after < before / 4, after + " after " + before);
    }

    private static double meanError(float[] exact, float[] quantized) {
        double worst = 0;
        for (int c = 0; c < 5; c++) {
            double sum = 0;
            for (int i = c; i < exact.length; i += 5) {
                sum += exact[i] - quantized[i];
            }
            worst = Math.max(worst, Math.abs(sum));
        }
        return worst;
    }

    @Test
    void excludedLayersStayExact() throws Exception {
        Small small = net();
        QuantizationResult result =
                small.quantize(
                        SCHEME.with("exclude", "c1").with("exclude-classes", "Conv.depthwise"),
                        samples(small));
        assertEquals(
                List.of("excluded", "", "its class Conv.depthwise is excluded", ""),
                result.layers().stream().map(QuantizedLayer::reason).toList());
        assertEquals("w_c1", nodeOf(small, "c1").input(1).name());
        // first and added are exact, so that what reads them is, but for c2 and y
        assertEquals(
                List.of("c2", "first", "flat"),
                result.statistics().keySet().stream()
                        .map(name -> name.substring("range.".length()))
                        .toList());
    }

    private static ai.tenon.graph.Node nodeOf(Small small, String output) {
        return small.graph.value(output).producer();
    }

    @Test
    void keepsLayersWhoseNumbersAreNotFinite() throws Exception {
        Small small = net();
        ((Tensor) small.graph.value("w_c1").constant()).buffer().putFloat(0, Float.NaN);
        QuantizationResult result = small.quantize(SCHEME, samples(small));
        assertEquals("its weights contain NaN or infinite values", result.layers().get(0).reason());
        assertEquals(
                "its activations contain NaN or infinite values", result.layers().get(1).reason());
    }

    /** Of what a Relu gives only the largest element is asked for, in a way of its own. */
    @Test
    void rectifiedValuesHaveTheRangeThatTheyTake() throws Exception {
        Small small = net();
        List<Map<String, Tensor>> samples = samples(small);
        Model exact = small.model.copy();
        Value first = exact.graph().value("first");
        first.setType(ValueType.tensor(DataType.FLOAT, 1, 8, 8, 8));
        exact.graph().addOutput(first);
        float largest = 0;
        for (Map<String, Tensor> sample : samples) {
            for (float value : Small.reference(exact, sample).get("first").toFloats()) {
                largest = Math.max(largest, value);
            }
        }
        Map<String, String> statistics = small.quantize(SCHEME, samples).statistics();
        assertEquals("0.0," + largest, statistics.get("range.first"));
    }

    @Test
    void olderModelsAreRaised() throws Exception {
        Small small = new Small();
        small.model.opsetImports().put("", 9L);
        Value x = small.input("x", 1, 16);
        small.output(small.node("MatMul", "y", x, small.weights("w", 16, 5)), 1, 5);
        List<Map<String, Tensor>> samples = List.of(Map.of("x", small.normal(1, 1, 16)));
        float[] exact = answers(small.model, samples);
        small.quantize(SCHEME, samples);
        assertEquals(13, small.model.opset(""));
        assertTrue(Small.sqnr(exact, answers(small.model, samples)) > 30);
    }

    @Test
    void aHugeBiasOfTinyWeightsStillFits() throws Exception {
        Small small = new Small();
        Value x = small.input("x", 1, 16);
        float[] tiny = new float[16 * 5];
        tiny[3] = 1e-12f;
        Value w = small.graph.addInitializer("w", Tensor.ofFloats(tiny, 16, 5));
        Value b =
                small.graph.addInitializer(
                        "b", Tensor.ofFloats(new float[] {1, -20, 0, 300, 5}, 5));
        small.output(small.node("Gemm", "y", x, w, b), 1, 5);
        List<Map<String, Tensor>> samples = List.of(Map.of("x", small.normal(1, 1, 16)));
        small.quantize(SCHEME, samples);
        float[] y = Small.onnxRuntime(small.model, samples.get(0)).get("y").toFloats();
        assertArrayEquals(new float[] {1, -20, 0, 300, 5}, y, 1e-3f);
    }

    @Test
    void saysWhatIsMissingOrWrong() {
        Int8Quantizer quantizer = new Int8Quantizer();
        assertTrue(quantizer.needsCalibration(SCHEME));
        assertMessage(SCHEME, "int8-static needs calibration data");
        assertMessage(SCHEME.with("range.x", "-1,1"), "no setting range.");
        assertMessage(SCHEME.with("range.x", "1,-1"), "range.x=1.0,-1.0");
        assertMessage(SCHEME.with("range.x", "a,b"), "range.x=a,b");
        assertMessage(SCHEME.with("calibration", "magic"), "calibration=magic");
        assertMessage(SCHEME.with("percentile", "101"), "percentile=101");
        assertMessage(SCHEME.with("symmetric", "false"), "no setting 'symmetric'");
        Small small = net();
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> small.quantize(SCHEME, List.of()))
                        .getMessage()
                        .contains("no sample in test samples"));
    }

    private static void assertMessage(QuantizationScheme scheme, String part) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> net().quantize(scheme));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
