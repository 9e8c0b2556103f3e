package ai.tenon.quantizer.weights.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GPTQ with what the model computes of calibration data. */
class CompensationTest {
    private final TestModel test = new TestModel(17, -1, 96);
    private final Tensor seen = test.inputs(200, 96);
    private final Tensor unseen = test.inputs(50, 96);
    private final Model model =
            test.layer("MatMul", test.weights(96, 64), List.of())
                    .layer(
                            "Gemm",
                            test.weights(80, 64),
                            List.of(test.weights(80)),
                            Attribute.ofInt("transB", 1))
                    .output(-1, 80);

    @ParameterizedTest
    @ValueSource(strings = {"int6", "int4", "int2", "binary"})
    void comesNearerThanRoundingToTheNearestOnInputsNotSeen(String scheme) throws Exception {
        QuantizationScheme asked = QuantizationScheme.of(scheme);
        double nearest = error(asked, Optional.empty());
        double better =
                error(
                        asked.with("method", "gptq"),
                        Optional.of(Runs.calibration(List.of(Map.of("x", seen)))));
        assertTrue(better < 0.8 * nearest, better + " against " + nearest);
    }

    @Test
    void theProductsAreThoseOfTheInputs() throws Exception {
        List<Layer> layers = Layers.of(model);
        Tensor half = Tensor.ofFloats(java.util.Arrays.copyOf(seen.toFloats(), 20 * 96), 20, 96);
        Calibration calibration = Runs.calibration(List.of(Map.of("x", half), Map.of("x", unseen)));
        float[] products = InputProducts.of(model, layers, calibration).get(layers.get(0));
        assertEquals(2, model.graph().nodes().size(), "the model itself is not touched");
        float[] a = half.toFloats();
        float[] b = unseen.toFloats();
        for (int i = 0; i < products.length; i += 101) {
            double sum = 0;
            for (int row = 0; row < 20; row++) {
                sum += a[row * 96 + i / 96] * a[row * 96 + i % 96];
            }
            for (int row = 0; row < 50; row++) {
                sum += b[row * 96 + i / 96] * b[row * 96 + i % 96];
            }
            assertEquals(sum, products[i], 1e-3);
        }
    }

    @Test
    void layersShareAPassAsLongAsTheirProductsFit() {
        TestModel wide = new TestModel(17, 1, 96);
        Model three =
                wide.layer("MatMul", wide.weights(96, 64), List.of())
                        .layer("MatMul", wide.weights(64, 64), List.of())
                        .layer("MatMul", wide.weights(64, 64), List.of())
                        .output(1, 64);
        List<List<Layer>> groups = new ArrayList<>();
        Layers.of(three).forEach(layer -> groups.add(List.of(layer)));
        assertEquals(1, Batches.of(groups, layer -> true, 1 << 20).size());
        assertEquals(2, Batches.of(groups, layer -> true, 96 * 96 * 4).size());
        assertEquals(3, Batches.of(groups, layer -> true, 1).size());
        assertEquals(1, Batches.of(groups, layer -> false, 1).size());
    }

    @Test
    void inputsThatAreNotFiniteLeaveTheLayerAsItIs() throws Exception {
        float[] values = seen.toFloats();
        values[3] = Float.POSITIVE_INFINITY;
        Calibration calibration =
                Runs.calibration(List.of(Map.of("x", Tensor.ofFloats(values, seen.shape()))));
        Model copy = model.copy();
        QuantizationResult result =
                quantize(
                        copy,
                        QuantizationScheme.of("int4").with("method", "gptq"),
                        Optional.of(calibration));
        assertEquals(
                List.of(
                        "its inputs are not finite over the calibration data",
                        "its inputs are not finite over the calibration data"),
                result.layers().stream().map(QuantizedLayer::reason).toList());
        assertEquals("MatMul", copy.graph().nodes().get(0).opType());
    }

    private double error(QuantizationScheme scheme, Optional<Calibration> calibration)
            throws Exception {
        Model copy = model.copy();
        quantize(copy, scheme, calibration);
        float[] before = Runs.reference(model, Map.of("x", unseen));
        float[] after = Runs.reference(copy, Map.of("x", unseen));
        double error = 0;
        for (int i = 0; i < before.length; i++) {
            error += Math.pow(after[i] - before[i], 2);
        }
        return error;
    }

    private static QuantizationResult quantize(
            Model model, QuantizationScheme scheme, Optional<Calibration> calibration)
            throws Exception {
        return new WeightQuantizer().quantize(model, scheme, calibration, CompileMonitor.SILENT);
    }
}
