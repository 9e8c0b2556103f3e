package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets layers read weights that a DequantizeLinear in front of them makes of codes with a scale per
 * block of what is summed. Runtimes make one operator of that and a MatMul, which rounds the
 * activations block by block too; others see a layer in FLOAT.
 */
final class BlockWeights {
    /** The first with DequantizeLinear by blocks. */
    static final long OPSET = 21;

    private final WeightSettings settings;
    private final Map<String, Value> shared = new HashMap<>();

    BlockWeights(WeightSettings settings) {
        this.settings = settings;
    }

    /** Rewrites a layer whose weights are finite. */
    void quantize(Layer layer) {
        Value weight = layer.weight();
        int axis = WeightSettings.blockAxis(layer);
        Value dequantized =
                shared.computeIfAbsent(
                        weight.name() + "/" + axis,
                        key ->
                                dequantized(
                                        layer,
                                        axis,
                                        BlockCodes.of(layer.weights(), axis, settings)));
        layer.node().setInput(1, dequantized);
        Rewrite.removeUnused(weight);
    }

    private Value dequantized(Layer layer, int axis, BlockCodes codes) {
        Graph graph = layer.node().graph();
        String name = layer.weight().name();
        Value real =
                graph.freshValue(
                        name + "_dequantized",
                        ValueType.tensor(DataType.FLOAT, layer.weights().shape()));
        Node node =
                graph.insertBefore(
                        layer.node(),
                        "",
                        "DequantizeLinear",
                        real.name(),
                        List.of(
                                Constants.add(graph, name + "_quantized", codes.codes()),
                                Constants.add(graph, name + "_scale", codes.scales()),
                                Constants.add(graph, name + "_zero_point", codes.zeroPoints())),
                        List.of(real));
        node.set(Attribute.ofInt("axis", axis));
        node.set(Attribute.ofInt("block_size", settings.block()));
        return real;
    }
}
