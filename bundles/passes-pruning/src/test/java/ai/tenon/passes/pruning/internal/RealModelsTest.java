package ai.tenon.passes.pruning.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.passes.testing.RealModels;
import ai.tenon.passes.testing.Running;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models as people export them. */
final class RealModelsTest {
    private static long weights(Model model) {
        return Layers.of(model).stream().mapToLong(layer -> layer.weights().size()).sum();
    }

    /** Clears the weights of every second channel of a space, and what is added to all of them. */
    private static void clear(Space space) {
        for (Layer layer : space.producers()) {
            Tensor old = layer.weights();
            float[] weights = old.toFloats();
            int inner = 1;
            for (int i = layer.channelAxis() + 1; i < old.rank(); i++) {
                inner *= (int) old.dim(i);
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] = i / inner % layer.channels() % 2 == 0 ? weights[i] : 0;
            }
            layer.node().graph().setConstant(layer.weight(), Tensor.ofFloats(weights, old.shape()));
            clear(layer.node().input(2));
        }
        for (Node node : space.inside()) {
            // of a depthwise Conv the bias, of BatchNormalization bias and mean
            clear(node.input(2));
            clear(node.input(3));
        }
    }

    private static void clear(Value value) {
        if (value != null && value.constant() instanceof Tensor old) {
            Tensor zeros = Tensor.ofFloats(new float[old.size()], old.shape());
            value.graph().setConstant(value, zeros);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet8_cifar10.onnx", "vww_96.onnx", "cmapss_fd001_cnn.onnx"})
    void whatIsZeroGoesAndNothingElseChanges(String name) throws IOException {
        Model model = RealModels.shared(name);
        Spaces.of(model).forEach(RealModelsTest::clear);
        Model cut = model.copy();

        assertTrue(new ZeroChannels().apply(cut, Map.of()).changes() > 0);

        assertTrue(weights(cut) < 0.5 * weights(model), weights(cut) + " weights left");
        Running.assertSame(model, cut, 1e-4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet8_cifar10.onnx", "vww_96.onnx", "yunet_n_320_320.onnx"})
    void prunedModelsRun(String name) throws IOException {
        Model model = RealModels.shared(name);
        Model pruned = model.copy();

        assertTrue(new PruneChannels().apply(pruned, Map.of("ratio", "0.5")).changes() > 0);

        assertTrue(weights(pruned) < weights(model));
        assertEquals(model.graph().nodes().size(), pruned.graph().nodes().size());
        Running.run(pruned, Map.of())
                .forEach(output -> assertTrue(Float.isFinite(output.toFloats()[0])));
    }
}
