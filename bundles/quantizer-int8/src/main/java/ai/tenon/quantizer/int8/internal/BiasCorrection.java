package ai.tenon.quantizer.int8.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.quantize.Calibration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes up for what rounding does to the mean of every channel: bias += mean of the exact output -
 * mean of the quantized output (Nagel et al., Data-Free Quantization Through Weight Equalization
 * and Bias Correction, 2019, with means over samples). Goes through the layers by depth, so that
 * each sees what the corrected ones before it give: one run over the samples per depth. Layers one
 * behind the other cannot share a run: both would make up for the same error.
 */
final class BiasCorrection {
    private final Model exact;
    private final Model quantized;
    private final List<QuantizedNode> layers = new ArrayList<>();
    private final Map<String, float[]> corrected = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    BiasCorrection(Model exact, Model quantized, List<QuantizedNode> all) {
        this.exact = exact;
        this.quantized = quantized;
        int without = 0;
        for (QuantizedNode layer : all) {
            if (layer.bias() == null) {
                without++;
            } else {
                layers.add(layer);
                corrected.put(layer.id(), bias(layer));
            }
        }
        if (without > 0) {
            notes.add(without + " layers have no bias that could be corrected.");
        }
    }

    /** Biases by layer, in the model's order. */
    Map<String, float[]> corrected() {
        return corrected;
    }

    List<String> notes() {
        return notes;
    }

    void run(Calibration calibration, CompileMonitor monitor) throws BackendException {
        if (layers.isEmpty()) {
            return;
        }
        Map<String, Value> outputs = new HashMap<>();
        layers.forEach(layer -> outputs.put(layer.id(), exact.graph().value(layer.id())));
        Map<String, float[]> expected = means(exact, layers, outputs, calibration);
        List<List<QuantizedNode>> steps = steps();
        for (int i = 0; i < steps.size(); i++) {
            monitor.check();
            monitor.progress("bias correction", (double) i / steps.size());
            List<QuantizedNode> step = steps.get(i);
            step.forEach(layer -> outputs.put(layer.id(), layer.output()));
            Map<String, float[]> found = means(quantized, step, outputs, calibration);
            step.forEach(layer -> correct(layer, expected.get(layer.id()), found.get(layer.id())));
        }
    }

    private void correct(QuantizedNode layer, float[] expected, float[] found) {
        float[] bias = corrected.get(layer.id());
        for (int c = 0; c < bias.length; c++) {
            float difference = expected[c] - found[c];
            if (Float.isFinite(difference)) {
                bias[c] += difference;
            }
        }
        quantized
                .graph()
                .setConstant(layer.bias(), LayerWriter.biasCodes(bias, layer.biasScales()));
        // what the codes say, so that repeating it gives the same codes
        corrected.put(layer.id(), bias(layer));
    }

    /** Means of the channels of outputs over all samples, by layer. */
    private static Map<String, float[]> means(
            Model model,
            List<QuantizedNode> layers,
            Map<String, Value> outputs,
            Calibration calibration)
            throws BackendException {
        Probe probe = new Probe(model);
        Map<String, double[]> sums = new HashMap<>();
        for (QuantizedNode layer : layers) {
            sums.put(layer.id(), new double[layer.biasScales().length]);
            probe.means(layer.id(), outputs.get(layer.id()), axes(layer));
        }
        int[] samples = {0};
        calibration.run(
                probe.model(),
                answers -> {
                    samples[0]++;
                    sums.forEach(
                            (id, sum) -> {
                                float[] mean = probe.answer(id, answers);
                                for (int c = 0; c < sum.length; c++) {
                                    sum[c] += mean[c];
                                }
                            });
                });
        Map<String, float[]> means = new HashMap<>();
        sums.forEach(
                (id, sum) -> {
                    float[] mean = new float[sum.length];
                    for (int c = 0; c < mean.length; c++) {
                        mean[c] = (float) (sum[c] / samples[0]);
                    }
                    means.put(id, mean);
                });
        return means;
    }

    /** All dimensions of a layer's output but that of the channels. */
    private static long[] axes(QuantizedNode layer) {
        if (layer.node().opType().equals("Gemm")) {
            return new long[] {0};
        }
        int rank = rank(layer);
        long[] axes = new long[rank - 1];
        for (int i = 1; i < axes.length; i++) {
            axes[i] = i + 1;
        }
        return axes;
    }

    /** The weights of a convolution have as many dimensions as its output. */
    private static int rank(QuantizedNode layer) {
        Node dequantize = layer.node().input(1).producer();
        return ((Tensor) dequantize.input(0).constant()).rank();
    }

    private static float[] bias(QuantizedNode layer) {
        double[] codes = Numbers.doubles((Tensor) layer.bias().constant());
        float[] bias = new float[codes.length];
        for (int c = 0; c < bias.length; c++) {
            bias[c] = (float) (codes[c] * layer.biasScales()[c]);
        }
        return bias;
    }

    /** The layers by depth: how many of them lie one behind the other up to there. */
    private List<List<QuantizedNode>> steps() {
        Map<Node, QuantizedNode> byNode = new HashMap<>();
        layers.forEach(layer -> byNode.put(layer.node(), layer));
        Map<Value, Integer> depths = new HashMap<>();
        Map<QuantizedNode, Integer> found = new LinkedHashMap<>();
        int deepest = 0;
        for (Node node : quantized.graph().nodes()) {
            int depth = 0;
            for (Value input : node.inputs()) {
                depth = Math.max(depth, depths.getOrDefault(input, 0));
            }
            if (byNode.containsKey(node)) {
                found.put(byNode.get(node), depth++);
                deepest = Math.max(deepest, depth);
            }
            for (Value output : node.outputs()) {
                depths.put(output, depth);
            }
        }
        List<List<QuantizedNode>> steps = new ArrayList<>();
        for (int i = 0; i < deepest; i++) {
            steps.add(new ArrayList<>());
        }
        found.forEach((layer, depth) -> steps.get(depth).add(layer));
        return steps;
    }
}
