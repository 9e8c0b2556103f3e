package ai.tenon.quantizer.int8.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layers;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SmoothingTest {
    private static final QuantizationScheme SCHEME =
            QuantizationScheme.of("int8-static").with("smooth", "0.5");

    /** Two products behind a normalisation, whose fourth channel is large; a third behind them. */
    private static Small net(boolean shortcut) {
        Small small = new Small();
        Value x = small.input("x", 1, 6, 16);
        float[] scale = new float[16];
        java.util.Arrays.fill(scale, 1);
        scale[3] = 60;
        Value g = small.graph.addInitializer("g", Tensor.ofFloats(scale, 16));
        Value n = small.node("LayerNormalization", "n", x, g, small.weights("b", 16));
        Value p = small.node("MatMul", "p", n, small.weights("wp", 16, 16));
        Value q = small.node("MatMul", "q", n, small.weights("wq", 16, 16));
        Value sum = small.node("Add", "sum", p, q);
        Value last = shortcut ? small.node("Add", "last", sum, n) : sum;
        return small.output(small.node("MatMul", "y", last, small.weights("wy", 16, 5)), 1, 6, 5);
    }

    private static List<Map<String, Tensor>> samples(Small small) {
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            samples.add(Map.of("x", small.normal(1, 1, 6, 16)));
        }
        return samples;
    }

    private static float[] answer(Model model, Map<String, Tensor> input) throws Exception {
        return Small.reference(model, input).get("y").toFloats();
    }

    @Test
    void theModelComputesTheSame() throws Exception {
        for (boolean shortcut : new boolean[] {false, true}) {
            Small small = net(shortcut);
            Map<String, Tensor> input = samples(small).get(0);
            float[] before = answer(small.model, input);
            float[] factors = new float[16];
            for (int j = 0; j < factors.length; j++) {
                factors[j] = 0.25f + j;
            }
            new Smoothing(small.model, Layers.of(small.model)).apply(Map.of("n", factors));
            assertArrayEquals(before, answer(small.model, input), 1e-4f);
            // with a shortcut around the products, the division cannot go into the normalisation
            assertEquals(shortcut ? 1 : 0, Collections.frequency(small.operators(), "Mul"));
        }
    }

    @Test
    void factorsShareTheUnevenness() {
        float[] factors =
                Smoothing.factors(new float[] {16, 1, 0, 4}, new float[] {1, 4, 1, 0}, 0.5);
        assertArrayEquals(new float[] {4, 0.5f, 1, 1}, factors);
    }

    @Test
    void aLargeChannelCostsTheOthersNoPrecision() throws Exception {
        Small plain = net(true);
        List<Map<String, Tensor>> samples = samples(plain);
        float[] exact = answer(plain.model, samples.get(0));
        plain.quantize(QuantizationScheme.of("int8-static"), samples);
        Small smooth = net(true);
        QuantizationResult result = smooth.quantize(SCHEME, samples);
        double before = Small.sqnr(exact, answer(plain.model, samples.get(0)));
        double after = Small.sqnr(exact, answer(smooth.model, samples.get(0)));
        assertTrue(after > before + 3, after + " dB after " + before);
        QuantizationScheme replay = SCHEME.with(result.statistics());
        assertFalse(new Int8Quantizer().needsCalibration(replay));
        Small again = net(true);
        again.quantize(replay);
        assertEquals(new OnnxFormat().write(smooth.model), new OnnxFormat().write(again.model));
    }

    @Test
    void factorsHaveToFit() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> net(false).quantize(SCHEME.with("smooth.n", "1,2")));
        assertTrue(e.getMessage().contains("smooth.n has 2 factors for 16 channels"));
    }
}
