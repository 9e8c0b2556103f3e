package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.List;

/**
 * The layer stays as it is, and reads weights that operators in front of it make of the codes. Made
 * for one matrix after the other.
 */
abstract class DequantizedForm implements Form {
    private static final int MATRIX = 2;

    private long bytes;

    @Override
    public boolean accepts(Layer layer) {
        return true;
    }

    /** Adds operators in front of a layer that compute its weights from the codes. */
    abstract Value dequantize(Layer layer, QuantizedMatrix matrix);

    @Override
    public long apply(List<Layer> layers, QuantizedMatrix matrix) {
        bytes = 0;
        Value weight = layers.get(0).weight();
        Value dequantized = dequantize(layers.get(0), matrix);
        for (Layer layer : layers) {
            layer.node().setInput(layer.weightInput(), dequantized);
        }
        Rewrite.removeUnused(weight);
        return bytes;
    }

    /** Adds an initializer that counts as part of the weights. */
    final Value store(Layer layer, String what, Tensor contents) {
        bytes += contents.byteSize();
        return Constants.add(layer.node().graph(), layer.weight().name() + what, contents);
    }

    /** Gives FLOAT [rows, length] of a layer, a row per channel, the shape of its weights. */
    static Value restore(Layer layer, Value rows) {
        Node node = layer.node();
        Tensor weights = layer.weights();
        int rank = weights.rank();
        boolean swapped = layer.channelAxis() == 1;
        Value value = rows;
        if (rank > MATRIX) {
            long[] shape = weights.shape();
            if (swapped) {
                shape[1] = weights.dim(0);
                shape[0] = weights.dim(1);
            }
            value = insert(layer, "Reshape", shape, value, longs(node.graph(), "shape", shape));
        }
        if (swapped) {
            long[] order = new long[rank];
            for (int i = 0; i < rank; i++) {
                order[i] = i < MATRIX ? 1 - i : i;
            }
            value = insert(layer, "Transpose", weights.shape(), value);
            value.producer().set(Attribute.ofInts("perm", order));
        }
        return value;
    }

    /** Cuts rows to a length. */
    static Value cut(Layer layer, Value rows, int length) {
        Graph graph = layer.node().graph();
        return insert(
                layer,
                "Slice",
                new long[] {layer.channels(), length},
                rows,
                longs(graph, "starts", 0),
                longs(graph, "ends", length),
                longs(graph, "axes", 1));
    }

    /** Adds a standard operator with a FLOAT output in front of a layer. */
    static Value insert(Layer layer, String opType, long[] shape, Value... inputs) {
        String hint = layer.weight().name() + "_" + opType;
        ValueType type = ValueType.tensor(DataType.FLOAT, shape);
        return Rewrite.insert(layer.node(), opType, hint, type, inputs).output(0);
    }

    private static Value longs(Graph graph, String hint, long... values) {
        return Constants.add(graph, hint, Numbers.ofLongs(values, values.length));
    }
}
