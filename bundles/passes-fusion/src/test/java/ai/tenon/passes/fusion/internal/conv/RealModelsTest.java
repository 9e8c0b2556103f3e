package ai.tenon.passes.fusion.internal.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Model;
import ai.tenon.passes.fusion.internal.Ort;
import ai.tenon.passes.testing.RealModels;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as people export them compute the same under ONNX Runtime, in fewer nodes. */
final class RealModelsTest {
    @ParameterizedTest
    @CsvSource({
        "resnet8_cifar10.onnx, 15",
        "vww_96.onnx, 33",
        "FastestDet.onnx, 160",
        "yunet_n_320_320.onnx, 97",
        "cmapss_fd001_cnn.onnx, 9",
        "toycar_ad01_autoencoder.onnx, 11",
        "super_resolution.onnx, 5"
    })
    void computesTheSameInFewerNodes(String name, int nodes) throws IOException {
        Model model = RealModels.shared(name);
        Model changed = model.copy();

        Passes.applyAll(changed);

        assertEquals(nodes, changed.graph().nodes().size());
        Ort.assertSame(model, changed, 1e-4);
    }
}
