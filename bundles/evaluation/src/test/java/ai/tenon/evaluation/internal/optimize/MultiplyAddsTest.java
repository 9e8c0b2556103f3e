package ai.tenon.evaluation.internal.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.evaluation.internal.TestModels;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.quantize.QuantizedLayer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MultiplyAddsTest {
    @Test
    void aMatrixProductUsesEachWeightOncePerRow() {
        MultiplyAdds counts = MultiplyAdds.of(TestModels.perceptron());
        assertEquals(Map.of("h1", 128L, "y", 64L), counts.byLayer());
        assertEquals(2 / 3.0, counts.quantized(List.of(layer("h1", "int8"), layer("y", ""))), 1e-9);
        assertTrue(Double.isNaN(counts.quantized(List.of())));
    }

    @Test
    void aConvolutionUsesEachWeightOncePerPositionOfItsOutput() {
        Graph graph = new Graph("convolutions");
        Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, -1, 4, 9, 9));
        Value plain = graph.newValue("plain", null);
        Value depthwise = graph.newValue("depthwise", null);
        Value spread = graph.newValue("spread", null);
        Value w = graph.addInitializer("w", Tensor.allocate(DataType.FLOAT, 8, 4, 3, 3));
        Value d = graph.addInitializer("d", Tensor.allocate(DataType.FLOAT, 8, 1, 3, 3));
        Value t = graph.addInitializer("t", Tensor.allocate(DataType.FLOAT, 8, 2, 2, 2));
        graph.add("", "Conv", "", List.of(x, w), List.of(plain));
        graph.add("", "Conv", "", List.of(plain, d), List.of(depthwise))
                .set(Attribute.ofInt("group", 8));
        graph.add("", "ConvTranspose", "", List.of(depthwise, t), List.of(spread))
                .set(Attribute.ofInts("strides", 2, 2));
        graph.addOutput(spread);
        Model model = new Model(graph);
        model.opsetImports().put("", 17L);
        // outputs of 7 by 7 and 5 by 5; the last one spreads each of 5 by 5 over 2 by 2
        assertEquals(
                Map.of(
                        "plain", 49L * 8 * 4 * 9,
                        "depthwise", 25L * 8 * 9,
                        "spread", 25L * 8 * 2 * 4),
                MultiplyAdds.of(model).byLayer());
    }

    private static QuantizedLayer layer(String output, String treatment) {
        return new QuantizedLayer(output, "", "MatMul", treatment, "", 8, 0, 0);
    }
}
