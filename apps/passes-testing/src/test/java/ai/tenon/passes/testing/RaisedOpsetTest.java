package ai.tenon.passes.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.graph.opset.OpsetRaise;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are raised to a newer operator set give the same outputs. */
class RaisedOpsetTest {
    @Test
    void nodeTestsHoldAsBefore() throws IOException {
        int converted =
                Suite.assertPassed((Model model) -> OpsetRaise.raise(model, OpsetRaise.NEWEST));
        assertTrue(converted > 40, "only " + converted + " nodes were converted");
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 17, 21})
    void realModels(long version) throws IOException {
        Model ocr = RealModels.ocr("ch_ppocr_mobile_v2.0_cls_infer");
        assertSame(ocr, version, Map.of("shape.x", "1x3x48x192"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mnist-cntk.onnx",
                "resnet8_cifar10.onnx",
                "stories260K-kv.onnx",
                "cmapss_fd001_cnn.onnx",
                "streaming_marvin_ww.onnx",
                "ultraface-slim-320_simplified.onnx"
            })
    void sharedModels(String name) throws IOException {
        assertSame(RealModels.shared(name), 23, Map.of());
    }

    private static void assertSame(Model model, long version, Map<String, String> shapes) {
        Model raised = model.copy();
        OpsetRaise.raise(raised, version);
        assertEquals(Math.max(version, model.opset("")), raised.opset(""));
        Running.assertSame(model, raised, 1e-6, shapes);
    }
}
