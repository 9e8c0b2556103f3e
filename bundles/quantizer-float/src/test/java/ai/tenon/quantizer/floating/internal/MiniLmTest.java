package ai.tenon.quantizer.floating.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real model in sixteen bits: half the size, nearly the same answers. */
class MiniLmTest {
    private static final int TOKENS = 16;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"fp16, fp32, 0.9999", "fp16, fp16, 0.9999", "bf16, fp32, 0.999"})
    void answersStay(String scheme, String compute, double cosine) throws Exception {
        Path file = folder.resolve("model.onnx");
        try (InputStream model = getClass().getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            Files.copy(model, file);
        }
        Model model = new OnnxFormat().read(file);
        List<Map<String, Tensor>> sample = List.of(sample());
        float[] before = Runs.onnxRuntime(model, sample).get(0);
        List<QuantizedLayer> layers =
                new FloatQuantizer()
                        .quantize(
                                model,
                                QuantizationScheme.of(scheme).with("compute", compute),
                                Optional.empty(),
                                CompileMonitor.SILENT)
                        .layers();
        assertTrue(layers.stream().allMatch(QuantizedLayer::isQuantized));
        long bytes = new OnnxFormat().write(model).remaining();
        assertTrue(bytes < 0.51 * Files.size(file), bytes + " of " + Files.size(file));
        double near = cosine(before, Runs.onnxRuntime(model, sample).get(0));
        assertTrue(near >= cosine, "cosine " + near);
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            x += (double) a[i] * a[i];
            y += (double) b[i] * b[i];
        }
        return product / Math.sqrt(x * y);
    }

    private static Map<String, Tensor> sample() {
        long[] ids = new Random(1).longs(TOKENS, 1996, 8000).toArray();
        long[] ones = new long[TOKENS];
        java.util.Arrays.fill(ones, 1);
        return Map.of(
                "input_ids", Tensor.ofLongs(ids, 1, TOKENS),
                "attention_mask", Tensor.ofLongs(ones, 1, TOKENS),
                "token_type_ids", Tensor.ofLongs(new long[TOKENS], 1, TOKENS));
    }
}
