package ai.tenon.quantizer.weights.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import ai.tenon.quantize.Quantizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is quantized, what is kept, and what is refused. */
class WeightQuantizerTest {
    private final Quantizer quantizer = new WeightQuantizer();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int5 | block | 32 | unknown scheme 'int5'; there are [binary, int2, int4, int6]",
                "int6 | blok | 32 | int6 has no setting 'blok'; it has [act-order, block, conv,",
                "int6 | form | qdq | int6 has no setting 'form'",
                "binary | symmetric | false | binary has no setting 'symmetric'",
                "binary | method | hqq | binary: method must be one of [rtn, gptq], not 'hqq'",
                "int4 | block | 48 | block must be a power of two from 16 on, not 48",
                "int4 | block | 8 | int4: block must be a number from 16 to 65536, not '8'",
                "int4 | block | x | int4: block must be a number from 16 to 65536, not 'x'",
                "int4 | form | int4 | int4: form must be one of [matmulnbits, qdq], not 'int4'",
                "int4 | conv | yes | int4: conv must be one of [false, true], not 'yes'",
                "int4 | dampening | 7 | int4: dampening must be a number from 0.000001 to 1,",
                "int4 | method | gptq | needs calibration data; method=hqq needs none",
            })
    void refusesWhatMakesNoSense(String scheme, String setting, String value, String message) {
        QuantizationScheme asked = QuantizationScheme.of(scheme).with(setting, value);
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> quantize(twoLayers(), asked));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void halfQuadraticCannotGoPerTensor() {
        QuantizationScheme asked =
                QuantizationScheme.of("int4")
                        .with(Map.of("method", "hqq", "granularity", "per-tensor"));
        assertThrows(IllegalArgumentException.class, () -> quantize(twoLayers(), asked));
    }

    @Test
    void onlyCompensationNeedsData() {
        QuantizationScheme scheme = QuantizationScheme.of("int4");
        assertFalse(quantizer.needsCalibration(scheme));
        assertFalse(quantizer.needsCalibration(scheme.with("method", "hqq")));
        assertTrue(quantizer.needsCalibration(scheme.with("method", "gptq")));
        assertEquals(Set.of("int6", "int4", "int2", "binary"), quantizer.schemes());
        assertTrue(quantizer.settings("int4").contains("accuracy-level"));
    }

    @Test
    void keepsLayersAndSaysWhy() throws Exception {
        TestModel test = new TestModel(17, 1, 8, 9, 9);
        Tensor broken = test.weights(64, 64);
        broken.buffer().putFloat(40, Float.NaN);
        Value shared = test.graph.addInitializer("shared", test.weights(64, 64));
        Value given = test.graph.addInput("given", null);
        test.graph.setConstant(given, test.weights(64, 64));
        Value reshape = test.graph.addInitializer("reshape", Tensor.ofLongs(new long[] {6, 64}, 2));
        Model model =
                test.layer("Conv", test.weights(8, 8, 3, 3), List.of())
                        .layer("Conv", test.weights(8, 8, 2, 2), List.of())
                        .layer("Reshape", reshape, List.of())
                        .layer("MatMul", broken, List.of())
                        .layer("MatMul", test.weights(64, 40), List.of())
                        .layer("MatMul", test.weights(40, 64), List.of())
                        .layer("MatMul", shared, List.of())
                        .layer("Add", shared, List.of())
                        .layer("MatMul", given, List.of())
                        .layer("MatMul", test.weights(64, 64), List.of())
                        .layer("Gemm", test.weights(64, 64), List.of())
                        .output(64, 64);
        QuantizationResult result =
                quantize(
                        model,
                        QuantizationScheme.of("int4")
                                .with("exclude", "matmul9;elsewhere")
                                .with("exclude-classes", "Gemm"));
        List<String> reasons = result.layers().stream().map(QuantizedLayer::reason).toList();
        List<String> expected =
                List.of(
                        "convolutions lose too much",
                        "convolutions lose too much",
                        "not finite",
                        "",
                        "K is below 64",
                        "also read by Add 'add7'",
                        "an input, which callers may replace",
                        "excluded by name",
                        "its class is excluded");
        assertEquals(expected.size(), reasons.size());
        for (int i = 0; i < expected.size(); i++) {
            assertTrue(reasons.get(i).contains(expected.get(i)), i + ": " + reasons.get(i));
            QuantizedLayer layer = result.layers().get(i);
            assertEquals(expected.get(i).isEmpty(), layer.isQuantized());
            assertTrue(layer.isQuantized() || layer.bytesAfter() == layer.bytesBefore());
        }
        assertEquals(List.of("The model has no layer 'elsewhere' to exclude."), result.notes());
    }

    @Test
    void sizesCountScalesAndZeros() throws Exception {
        Map<String, Double> ratios =
                Map.of("int6", 6.5 / 32, "int4", 5.125 / 32, "int2", 3.0625 / 32);
        for (String scheme : ratios.keySet()) {
            TestModel test = new TestModel(17, 1, 512);
            Model model = test.layer("MatMul", test.weights(512, 32), List.of()).output(1, 32);
            QuantizedLayer layer = quantize(model, QuantizationScheme.of(scheme)).layers().get(0);
            assertEquals(512 * 32 * 4, layer.bytesBefore());
            assertEquals(ratios.get(scheme), layer.bytesAfter() / (512 * 32 * 4.0), 1e-3);
            assertEquals(512, layer.length());
            long left =
                    model.graph().initializers().stream()
                            .mapToLong(value -> ((Tensor) value.constant()).byteSize())
                            .sum();
            assertEquals(layer.bytesAfter(), left, 64);
        }
    }

    @Test
    void warnsOfTwoBitsAndOne() throws Exception {
        for (String scheme : List.of("int2", "binary")) {
            List<String> notes = quantize(twoLayers(), QuantizationScheme.of(scheme)).notes();
            assertTrue(notes.get(0).contains("unusable"), notes.toString());
        }
        assertEquals(List.of(), quantize(twoLayers(), QuantizationScheme.of("int4")).notes());
    }

    @Test
    void oldModelsAreRaisedToWhatTheFormNeeds() throws Exception {
        Model blocks = twoLayers();
        blocks.opsetImports().put("", 10L);
        quantize(blocks, QuantizationScheme.of("int4"));
        assertEquals(10, blocks.opset(""));
        Model function = twoLayers();
        function.opsetImports().put("", 10L);
        quantize(function, QuantizationScheme.of("int6"));
        assertEquals(11, function.opset(""));
        Model standard = twoLayers();
        standard.opsetImports().put("", 10L);
        quantize(standard, QuantizationScheme.of("int4").with("form", "qdq"));
        assertEquals(21, standard.opset(""));
    }

    private static Model twoLayers() {
        TestModel test = new TestModel(17, 3, 64);
        return test.layer("MatMul", test.weights(64, 64), List.of())
                .layer("Gemm", test.weights(64, 64), List.of(test.weights(64)))
                .output(3, 64);
    }

    private QuantizationResult quantize(Model model, QuantizationScheme scheme)
            throws BackendException {
        return quantizer.quantize(model, scheme, Optional.empty(), CompileMonitor.SILENT);
    }
}
