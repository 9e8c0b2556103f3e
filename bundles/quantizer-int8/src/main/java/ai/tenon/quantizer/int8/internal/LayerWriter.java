package ai.tenon.quantizer.int8.internal;

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
import java.util.Arrays;
import java.util.List;

/**
 * Puts codes and DequantizeLinear in the place of weights and biases. A bias is INT32 in steps of
 * input scale times weight scale, as the sums are to which an integer kernel adds it.
 */
final class LayerWriter {
    /** A bias is to stay far below the largest sum that 32 bits can hold. */
    private static final double BIAS_LIMIT = 1 << 28;

    private final WeightSettings settings;
    private final QdqWriter qdq;
    private final Graph graph;
    private final boolean everyBias;
    private final BlockWeights blocks;

    /**
     * @param everyBias true to give a bias to layers that could have one but have none
     */
    LayerWriter(Graph graph, QdqWriter qdq, WeightSettings settings, boolean everyBias) {
        this.graph = graph;
        this.qdq = qdq;
        this.settings = settings;
        this.everyBias = everyBias;
        this.blocks = new BlockWeights(settings);
    }

    /**
     * Rewrites a layer whose weights are finite.
     *
     * @param bias what to put in the place of its bias; null to keep its own
     * @param log told of it
     */
    QuantizedNode write(Layer layer, Affine input, float[] bias, LayerLog log) {
        Node node = layer.node();
        String id = layer.id();
        if (settings.inBlocks(layer)) {
            // a scale per channel is what a bias of integers would need
            log.quantized(
                    layer,
                    settings.words(layer) + ", static",
                    BlockCodes.bytes(layer.weights(), WeightSettings.blockAxis(layer), settings));
            blocks.quantize(layer);
            return new QuantizedNode(id, node, null, null);
        }
        Slices slices = new Slices(layer.weights(), settings.scaleAxis(layer));
        float alpha = node.floatAttribute("alpha", 1);
        float[] biasValues = bias(layer);
        if (bias != null) {
            if (biasValues == null || biasValues.length != bias.length) {
                throw new IllegalArgumentException(
                        "int8-static: "
                                + StaticSettings.BIAS
                                + id
                                + " has "
                                + bias.length
                                + " values, but the layer takes "
                                + (biasValues == null ? 0 : biasValues.length));
            }
            biasValues = bias;
        }
        Affine[] affine = affine(layer, slices, input.scale() * Math.abs(alpha), biasValues);
        WeightCodes codes = WeightCodes.of(layer.weights(), slices, affine, settings.type());
        // a scale and, since kernels want them, a zero point per channel
        long bytes = codes.codes().byteSize() + (Float.BYTES + 1L) * codes.scales().length;
        log.quantized(layer, settings.words(layer) + ", static", bytes);
        WeightCodes scaled = alpha == 1 ? codes : codes.scaled(alpha);
        String weight = layer.weight().name();
        node.setInput(1, qdq.dequantized(weight, scaled, layer.channelAxis()));
        node.removeAttribute("alpha");
        Rewrite.removeUnused(layer.weight());
        if (biasValues == null) {
            return new QuantizedNode(id, node, null, null);
        }
        float[] steps = new float[biasValues.length];
        for (int c = 0; c < steps.length; c++) {
            steps[c] = input.scale() * scaled.scales()[scaled.scales().length == 1 ? 0 : c];
        }
        return new QuantizedNode(id, node, writeBias(node, biasValues, steps, scaled), steps);
    }

    /** The bias of a layer whose operator takes one, per channel; null if there is none. */
    private float[] bias(Layer layer) {
        Node node = layer.node();
        // the channels of a grouped ConvTranspose are not those of its weights: left in FLOAT
        if (node.opType().equals("MatMul") || node.opType().equals("ConvTranspose")) {
            return null;
        }
        float[] values = new float[layer.channels()];
        if (node.input(2) == null) {
            return everyBias ? values : null;
        }
        float[] given = Constants.floats(node.input(2));
        float beta = node.floatAttribute("beta", 1);
        for (int c = 0; c < values.length; c++) {
            values[c] = given[given.length == 1 ? 0 : c] * beta;
        }
        return values;
    }

    /**
     * Scales of the weights. Where the weights of a channel are so small that its bias would not
     * fit into 32 bits, the scale is larger than they need.
     */
    private Affine[] affine(Layer layer, Slices slices, float inputScale, float[] bias) {
        float[][] ranges = WeightCodes.ranges(slices).orElseThrow();
        Affine[] affine = new Affine[slices.channels()];
        for (int c = 0; c < affine.length; c++) {
            double magnitude = Math.max(-ranges[0][c], ranges[1][c]);
            double largest = 0;
            for (int b = 0; bias != null && b < bias.length; b++) {
                if (affine.length == 1 || b == c) {
                    largest = Math.max(largest, Math.abs(bias[b]));
                }
            }
            double step = largest / BIAS_LIMIT / inputScale;
            affine[c] =
                    Affine.symmetric(
                            Math.max(magnitude, step * settings.type().steps() / 2),
                            settings.type());
        }
        return affine;
    }

    private Value writeBias(Node node, float[] values, float[] steps, WeightCodes weights) {
        Value old = node.input(2);
        String name = old == null ? node.output(0).name() + "_bias" : old.name();
        Value codes = Constants.add(graph, name + "_quantized", biasCodes(values, steps));
        Tensor scale =
                weights.scales().length == 1
                        ? Numbers.ofFloats(new float[] {steps[0]})
                        : Numbers.ofFloats(steps, steps.length);
        Value scales = Constants.add(graph, name + "_scale", scale);
        Value real =
                graph.freshValue(
                        name + "_dequantized", ValueType.tensor(DataType.FLOAT, values.length));
        Node dequantize =
                graph.add(
                        "",
                        "DequantizeLinear",
                        real.name(),
                        Arrays.asList(codes, scales),
                        List.of(real));
        if (scale.rank() > 0) {
            dequantize.set(Attribute.ofInt("axis", 0));
        }
        node.setInput(2, real);
        node.removeAttribute("beta");
        Rewrite.removeUnused(old);
        return codes;
    }

    /** A bias in steps, nearest, halves to even. */
    static Tensor biasCodes(float[] values, float[] steps) {
        long[] codes = new long[values.length];
        for (int c = 0; c < codes.length; c++) {
            double code = Math.rint((double) values[c] / steps[c]);
            codes[c] = (long) Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, code));
        }
        return Numbers.of(DataType.INT32, codes, codes.length);
    }
}
