package ai.tenon.quantizer.weights.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.quantize.Calibration;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * X^T X of the inputs of layers, summed over the calibration data. The products are outputs of a
 * copy of the model, so that the device computes them, and take the same memory however long the
 * inputs are.
 */
final class InputProducts {
    private final Map<String, float[]> sums = new HashMap<>();

    /** The name under which layers that read the same input share its products. */
    static String key(Layer layer) {
        return layer.node().input(0).name();
    }

    /** Bytes that the products of a layer's input take. */
    static long bytes(Layer layer) {
        return layer.length() * layer.length() * Float.BYTES;
    }

    /**
     * Runs the model over all samples, once.
     *
     * @param layers MatMul and Gemm whose first input is not transposed
     * @throws BackendException if the model cannot be run, or the run was cancelled
     */
    static InputProducts of(Model model, List<Layer> layers, Calibration calibration)
            throws BackendException {
        Model copy = model.copy();
        Map<String, String> keys = new LinkedHashMap<>();
        InputProducts products = new InputProducts();
        for (Layer layer : layers) {
            String key = key(layer);
            if (products.sums.containsKey(key)) {
                continue;
            }
            int length = Math.toIntExact(layer.length());
            products.sums.put(key, new float[Math.multiplyExact(length, length)]);
            Graph graph = copy.graph();
            Value output = multiply(graph, graph.value(key), length);
            graph.addOutput(output);
            keys.put(output.name(), key);
        }
        calibration.run(
                copy,
                outputs ->
                        keys.forEach(
                                (output, key) -> add(outputs.get(output), products.sums.get(key))));
        return products;
    }

    /** The products of a layer's input, row-major, length by length. */
    float[] get(Layer layer) {
        return sums.get(key(layer));
    }

    private static Value multiply(Graph graph, Value input, int length) {
        Value shape = Constants.add(graph, "rows_of", Numbers.ofLongs(new long[] {-1, length}, 2));
        Value rows =
                add(graph, "Reshape", ValueType.tensor(DataType.FLOAT, -1, length), input, shape);
        Value columns = add(graph, "Transpose", ValueType.tensor(DataType.FLOAT, length, -1), rows);
        columns.producer().set(Attribute.ofInts("perm", 1, 0));
        return add(
                graph, "MatMul", ValueType.tensor(DataType.FLOAT, length, length), columns, rows);
    }

    private static Value add(Graph graph, String opType, ValueType type, Value... inputs) {
        Value output = graph.freshValue("input_products_" + opType, type);
        graph.add("", opType, "", List.of(inputs), List.of(output));
        return output;
    }

    private static void add(Tensor product, float[] sum) {
        FloatBuffer values = product.buffer().asFloatBuffer();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += values.get(i);
        }
    }
}
