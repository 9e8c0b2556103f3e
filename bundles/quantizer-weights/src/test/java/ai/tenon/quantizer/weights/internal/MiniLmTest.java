package ai.tenon.quantizer.weights.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real model: how near its embeddings stay, and how small its layers become. */
class MiniLmTest {
    private static final int TOKENS = 16;

    @TempDir private static Path folder;

    private static Model original;
    private static List<Map<String, Tensor>> sentences;
    private static List<float[]> expected;

    @BeforeAll
    static void read() throws Exception {
        Path file = folder.resolve("model.onnx");
        try (InputStream model = MiniLmTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            Files.copy(model, file);
        }
        original = new OnnxFormat().read(file);
        sentences = sentences(1, 24);
        expected = embeddings(original);
    }

    @ParameterizedTest
    @CsvSource({
        "int6, rtn, '', 0.994, 0.204",
        "int6, rtn, granularity=per-channel, 0.99, 0.189",
        "int4, rtn, '', 0.96, 0.161",
        "int4, rtn, symmetric=true, 0.94, 0.157",
        "int4, hqq, '', 0.965, 0.161",
        "int4, gptq, '', 0.985, 0.161",
        "int4, rtn, embeddings=int8, 0.95, 0.161",
        "int4, rtn, embeddings=int4, 0.94, 0.161",
    })
    void embeddingsStayNear(
            String scheme, String method, String setting, double cosine, double size)
            throws Exception {
        QuantizationScheme asked = QuantizationScheme.of(scheme).with("method", method);
        if (!setting.isEmpty()) {
            asked = asked.with(setting.split("=")[0], setting.split("=")[1]);
        }
        Model model = original.copy();
        QuantizationResult result =
                new WeightQuantizer()
                        .quantize(
                                model,
                                asked,
                                Optional.of(Runs.calibration(sentences(2, 48))),
                                CompileMonitor.SILENT);
        List<QuantizedLayer> layers =
                result.layers().stream()
                        .filter(each -> each.layerClass().equals("MatMul"))
                        .toList();
        assertEquals(36, layers.stream().filter(QuantizedLayer::isQuantized).count());
        double before = layers.stream().mapToLong(QuantizedLayer::bytesBefore).sum();
        double after = layers.stream().mapToLong(QuantizedLayer::bytesAfter).sum();
        assertTrue(after / before <= size, "size " + after / before);
        double near = cosine(embeddings(model));
        assertTrue(near >= cosine, "cosine " + near);
    }

    private static List<float[]> embeddings(Model model) {
        return Runs.onnxRuntime(model, sentences).stream().map(MiniLmTest::mean).toList();
    }

    private static float[] mean(float[] tokens) {
        int width = tokens.length / TOKENS;
        float[] sum = new float[width];
        for (int i = 0; i < tokens.length; i++) {
            sum[i % width] += tokens[i];
        }
        return sum;
    }

    private static double cosine(List<float[]> embeddings) {
        double sum = 0;
        for (int i = 0; i < embeddings.size(); i++) {
            float[] a = embeddings.get(i);
            float[] b = expected.get(i);
            sum += dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
        }
        return sum / embeddings.size();
    }

    private static double dot(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
    }

    /** Words in any order, between the model's own marks of beginning and end. */
    private static List<Map<String, Tensor>> sentences(long seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(
                        i -> {
                            long[] ids = random.longs(TOKENS, 1996, 8000).toArray();
                            ids[0] = 101;
                            ids[TOKENS - 1] = 102;
                            long[] ones = new long[TOKENS];
                            java.util.Arrays.fill(ones, 1);
                            return Map.of(
                                    "input_ids", Tensor.ofLongs(ids, 1, TOKENS),
                                    "attention_mask", Tensor.ofLongs(ones, 1, TOKENS),
                                    "token_type_ids", Tensor.ofLongs(new long[TOKENS], 1, TOKENS));
                        })
                .toList();
    }
}
