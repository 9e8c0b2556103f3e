package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.layer.Layer;
import java.util.List;

/** How codes stand in the model. */
interface Form {
    /** True if the layer can be written in this form. */
    boolean accepts(Layer layer);

    /**
     * Lets layers that read the same weights compute with their codes instead.
     *
     * @return bytes that codes, scales and zeros take
     */
    long apply(List<Layer> layers, QuantizedMatrix matrix);

    /** The lowest version of the standard operator set that has what this form uses. */
    long opset();

    /** As reports name it. */
    String words();
}
