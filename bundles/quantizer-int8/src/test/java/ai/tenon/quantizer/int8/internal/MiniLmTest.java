package ai.tenon.quantizer.int8.internal;

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
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real model. */
class MiniLmTest {
    /** Two questions and a statement, as their tokenizer gives them. */
    private static final long[][] SENTENCES = {
        {101, 2073, 2003, 1996, 4003, 2008, 1045, 3641, 2048, 3134, 3283, 1029, 102},
        {101, 2129, 2079, 1045, 25141, 2026, 20786, 1029, 102},
        {
            101, 1996, 4633, 1999, 3000, 2003, 8403, 1999, 3500, 1010, 1998, 1996, 2314, 2003, 2440,
            1997, 6242, 1012, 102
        }
    };

    @TempDir private Path folder;

    @Test
    void embeddingsStayCloseAtAQuarterOfTheSize() throws Exception {
        Path file = folder.resolve("model.onnx");
        try (InputStream model = getClass().getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            Files.copy(model, file);
        }
        Model model = new OnnxFormat().read(file);
        for (long[] ids : SENTENCES) {
            Map<String, Tensor> input = sentence(ids);
            float[] exact = embedding(model, input);
            Model quantized = model.copy();
            QuantizationResult result =
                    new Int8Quantizer()
                            .quantize(
                                    quantized,
                                    QuantizationScheme.of("int8-dynamic"),
                                    Optional.empty(),
                                    CompileMonitor.SILENT);
            assertEquals(39, result.layers().size());
            assertTrue(result.layers().stream().allMatch(QuantizedLayer::isQuantized));
            long before = result.layers().stream().mapToLong(QuantizedLayer::bytesBefore).sum();
            long after = result.layers().stream().mapToLong(QuantizedLayer::bytesAfter).sum();
            assertTrue(after < 0.27 * before, after + " of " + before);
            double cosine = Small.cosine(exact, embedding(quantized, input));
            assertTrue(cosine > 0.99, "cosine " + cosine);
        }
    }

    private static Map<String, Tensor> sentence(long[] ids) {
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        return Map.of(
                "input_ids", Tensor.ofLongs(ids, 1, ids.length),
                "attention_mask", Tensor.ofLongs(mask, 1, ids.length),
                "token_type_ids", Tensor.ofLongs(new long[ids.length], 1, ids.length));
    }

    /** The mean over the tokens. */
    private static float[] embedding(Model model, Map<String, Tensor> input) throws Exception {
        Tensor tokens = Small.onnxRuntime(model, input).values().iterator().next();
        float[] all = tokens.toFloats();
        float[] mean = new float[(int) tokens.dim(2)];
        for (int i = 0; i < all.length; i++) {
            mean[i % mean.length] += all[i];
        }
        return mean;
    }
}
