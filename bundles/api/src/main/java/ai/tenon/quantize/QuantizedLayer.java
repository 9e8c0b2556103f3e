package ai.tenon.quantize;

import java.util.Objects;

/**
 * What a quantizer did to one layer: an operator with weights that it could have quantized.
 *
 * @param output name of the layer's first output, which identifies it within its model
 * @param name of its node; may be empty
 * @param layerClass see {@link ai.tenon.graph.layer.Layer#layerClass}
 * @param treatment in words, as in {@code int8 per channel}; empty if the layer stays as it was
 * @param reason why it stays as it was; empty if it does not
 * @param length K, the number of products summed for one element of the output
 * @param bytesBefore of its weights, scales and zero points included
 * @param bytesAfter the same afterwards
 */
public record QuantizedLayer(
        String output,
        String name,
        String layerClass,
        String treatment,
        String reason,
        long length,
        long bytesBefore,
        long bytesAfter) {
    public QuantizedLayer {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(layerClass, "layerClass");
    }

    /** True if the layer computes with fewer bits now. */
    public boolean isQuantized() {
        return !treatment.isEmpty();
    }
}
