package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.layer.Layer;
import ai.tenon.quantize.QuantizedLayer;
import java.util.ArrayList;
import java.util.List;

/** Collects what became of each layer. */
final class LayerLog {
    private final List<QuantizedLayer> layers = new ArrayList<>();

    void quantized(Layer layer, String treatment, long bytesAfter) {
        add(layer, treatment, "", bytesAfter);
    }

    void kept(Layer layer, String reason) {
        add(layer, "", reason, layer.weights().byteSize());
    }

    private void add(Layer layer, String treatment, String reason, long bytesAfter) {
        layers.add(
                new QuantizedLayer(
                        layer.id(),
                        layer.node().name(),
                        layer.layerClass(),
                        treatment,
                        reason,
                        layer.length(),
                        layer.weights().byteSize(),
                        bytesAfter));
    }

    List<QuantizedLayer> layers() {
        return layers;
    }
}
