package ai.tenon.passes.cleanup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.passes.testing.RealModels;
import ai.tenon.passes.testing.Running;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as people export them become smaller and compute the same. */
class RealModelsTest {
    @Test
    void sentenceEmbedding() throws IOException {
        check(
                RealModels.miniLm(),
                Map.of(
                        "shape.input_ids", "1x6",
                        "shape.attention_mask", "1x6",
                        "shape.token_type_ids", "1x6"),
                323);
    }

    @Test
    void textDirection() throws IOException {
        check(
                RealModels.ocr("ch_ppocr_mobile_v2.0_cls_infer"),
                Map.of("shape.x", "1x3x48x192"),
                233);
    }

    @Test
    void voiceActivity() throws IOException {
        check(
                RealModels.shared("silero_vad_16k_op15.onnx"),
                Map.of("shape.input", "1x576", "shape.state", "2x1x128"),
                89);
    }

    @ParameterizedTest
    @CsvSource({
        "mnist-cntk.onnx, 11",
        "resnet8_cifar10.onnx, 31",
        "stories260K-kv.onnx, 329",
        "cmapss_fd001_cnn.onnx, 13",
        "streaming_marvin_ww.onnx, 20",
        "ultraface-slim-320_simplified.onnx, 95"
    })
    void sharedModels(String name, int most) throws IOException {
        check(RealModels.shared(name), Map.of(), most);
    }

    private static void check(Model model, Map<String, String> shapes, int most) {
        Model cleaned = model.copy();
        Passes.applyAll(cleaned);
        int before = nodes(model);
        int after = nodes(cleaned);
        assertTrue(after <= most, after + " nodes left of " + before);
        assertEquals(0, Passes.applyAll(cleaned));
        Running.assertSame(model, cleaned, 1e-5, shapes);
    }

    /** Nodes of the model's graph and all subgraphs. */
    private static int nodes(Model model) {
        return Rewrite.graphs(model).stream().mapToInt(graph -> graph.nodes().size()).sum();
    }
}
