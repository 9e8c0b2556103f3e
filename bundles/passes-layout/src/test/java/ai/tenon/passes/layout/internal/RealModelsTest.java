package ai.tenon.passes.layout.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.testing.RealModels;
import ai.tenon.passes.testing.Running;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as people export them keep few Transposes and compute the same. */
class RealModelsTest {
    @ParameterizedTest
    @CsvSource({
        "resnet8_cifar10.onnx, 1",
        "vww_96.onnx, 1",
        "cmapss_fd001_cnn.onnx, 1",
        "streaming_marvin_ww.onnx, 1",
        "stories260K-kv.onnx, 25",
        "ultraface-slim-320_simplified.onnx, 8"
    })
    void sharedModels(String name, int most) throws IOException {
        Model model = RealModels.shared(name);
        Model changed = model.copy();
        for (GraphPass pass :
                List.of(
                        new LayoutPropagation(),
                        new TransposeIntoWeights(),
                        new TransposeCancellation(),
                        new TransposeToReshape())) {
            pass.apply(changed, Map.of());
        }
        long left = Transposes.count(changed);
        assertTrue(left <= most, left + " of " + Transposes.count(model) + " Transposes left");
        Running.assertSame(model, changed, 1e-5);
    }
}
