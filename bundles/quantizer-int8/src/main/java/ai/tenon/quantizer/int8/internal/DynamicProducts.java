package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rewrites matrix products and convolutions: DynamicQuantizeLinear, the integer product, Cast, and
 * Mul by both scales. That is the form which ONNX Runtime knows how to fuse into one operator. All
 * layers that read the same activation share its DynamicQuantizeLinear, and all that read the same
 * weights in the same way share their codes.
 */
final class DynamicProducts {
    private static final int CODES = 0;
    private static final int SCALE = 1;
    private static final int ZERO_POINT = 2;
    private static final Shape SCALAR = Shape.of();

    private final WeightSettings settings;
    private final BlockWeights blocks;
    private final Map<Value, Node> activations = new HashMap<>();
    private final Map<String, Weights> shared = new HashMap<>();

    /** Initializers that stand for weights. */
    private record Weights(Value codes, Value scales, Value zeroPoints, long bytes) {}

    DynamicProducts(WeightSettings settings) {
        this.settings = settings;
        this.blocks = new BlockWeights(settings);
    }

    /** Rewrites a MatMul, Gemm or Conv, or says why not. */
    void quantize(Layer layer, LayerLog log) {
        String reason = obstacle(layer);
        if (reason.isEmpty() && settings.inBlocks(layer)) {
            inBlocks(layer, log);
            return;
        }
        Optional<Weights> weights = reason.isEmpty() ? weights(layer) : Optional.empty();
        if (weights.isEmpty()) {
            log.kept(layer, reason.isEmpty() ? Obstacles.NOT_FINITE : reason);
            return;
        }
        log.quantized(layer, settings.words(layer) + ", dynamic", weights.get().bytes());
        Node node = layer.node();
        if (node.opType().equals("Conv")) {
            convolution(node, weights.get());
        } else {
            product(node, weights.get());
        }
        Editor.dropUnused(layer.weight());
    }

    private void inBlocks(Layer layer, LayerLog log) {
        if (WeightCodes.ranges(new Slices(layer.weights(), -1)).isEmpty()) {
            log.kept(layer, Obstacles.NOT_FINITE);
            return;
        }
        String how = layer.node().opType().equals("Conv") ? ", weights only" : ", dynamic";
        boolean gemm = layer.node().opType().equals("Gemm");
        // the layer's node may be gone afterwards
        log.quantized(
                layer,
                settings.words(layer) + how,
                BlockCodes.bytes(layer.weights(), WeightSettings.blockAxis(layer), settings));
        blocks.quantize(gemm ? asMatMul(layer) : layer);
    }

    private String obstacle(Layer layer) {
        Node node = layer.node();
        String shared = Obstacles.of(layer);
        if (!shared.isEmpty()) {
            return shared;
        }
        if (node.opType().equals("Conv")
                && settings.scaleAxis(layer) >= 0
                && !settings.inBlocks(layer)
                && !settings.symmetric()) {
            return "convolutions have one zero point: symmetric=true or granularity=per-tensor";
        }
        if (node.intAttribute("transA", 0) != 0) {
            return "its input is transposed (transA)";
        }
        if (node.opType().equals("Gemm")
                && node.input(2) != null
                && !node.input(2).isConstant()
                && node.floatAttribute("beta", 1) != 1) {
            return "its bias is computed and scaled (beta)";
        }
        return "";
    }

    private Optional<Weights> weights(Layer layer) {
        Node node = layer.node();
        boolean transposed = node.intAttribute("transB", 0) != 0;
        float alpha = node.floatAttribute("alpha", 1);
        String key = layer.weight().name() + "/" + layer.channelAxis() + "/" + transposed + alpha;
        Weights known = shared.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<WeightCodes> rounded =
                settings.round(layer)
                        .map(codes -> transposed ? codes.transposed() : codes)
                        .map(codes -> alpha == 1 ? codes : codes.scaled(alpha));
        return rounded.map(
                codes -> {
                    Weights made = store(layer, codes);
                    shared.put(key, made);
                    return made;
                });
    }

    private Weights store(Layer layer, WeightCodes codes) {
        Editor editor = new Editor(layer.node());
        String name = layer.weight().name();
        long[] aligned = new long[0];
        if (layer.node().opType().equals("Conv") && codes.scales().length > 1) {
            aligned = new long[layer.weights().rank()];
            Arrays.fill(aligned, 1);
            aligned[1] = codes.scales().length;
        }
        return new Weights(
                editor.constant(name + "_quantized", codes.codes()),
                editor.constant(name + "_scale", codes.scaleTensor(aligned)),
                editor.constant(name + "_zero_point", codes.zeroPointTensor()),
                codes.bytes());
    }

    private void product(Node node, Weights weights) {
        String name = node.output(0).name();
        Editor editor = new Editor(node);
        Node activation = activation(node.input(0), editor);
        Value scaled =
                scaled(
                        editor,
                        name,
                        activation,
                        weights,
                        integer(editor, "MatMulInteger", name, activation, weights));
        biased(node, editor, scaled);
    }

    /** Lets a product take the place of a node, with what a Gemm adds to it. */
    private static void biased(Node node, Editor editor, Value product) {
        Value bias = node.opType().equals("Gemm") ? node.input(2) : null;
        Value result =
                bias == null
                        ? product
                        : editor.add(
                                "Add",
                                node.output(0).name() + "_biased",
                                DataType.FLOAT,
                                product,
                                bias(node, bias));
        Editor.replace(node, result);
        if (bias != null && bias.isConstant()) {
            Editor.dropUnused(bias);
        }
    }

    /** A Gemm as MatMul and Add, since runtimes look for blocks in front of a MatMul only. */
    private static Layer asMatMul(Layer layer) {
        Node node = layer.node();
        Editor editor = new Editor(node);
        Tensor weights = layer.weights();
        float alpha = node.floatAttribute("alpha", 1);
        boolean turned = layer.channelAxis() == 0;
        int columns = layer.channels();
        int length = (int) layer.length();
        float[] given = Numbers.floats(weights);
        float[] values = new float[given.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = alpha * given[turned ? i % columns * length + i / columns : i];
        }
        Value matrix =
                editor.constant(layer.weight().name(), Numbers.ofFloats(values, length, columns));
        Value product =
                editor.add(
                        "MatMul",
                        node.output(0).name() + "_product",
                        DataType.FLOAT,
                        node.input(0),
                        matrix);
        biased(node, editor, product);
        Editor.dropUnused(layer.weight());
        return Layers.of(product.producer()).orElseThrow();
    }

    private static Value bias(Node node, Value bias) {
        float beta = node.floatAttribute("beta", 1);
        if (beta == 1 || !(bias.constant() instanceof Tensor tensor)) {
            return bias;
        }
        float[] values = Numbers.floats(tensor);
        for (int i = 0; i < values.length; i++) {
            values[i] *= beta;
        }
        return new Editor(node)
                .constant(bias.name() + "_scaled", Numbers.ofFloats(values, tensor.shape()));
    }

    private void convolution(Node node, Weights weights) {
        String name = node.output(0).name();
        Editor editor = new Editor(node);
        Node activation = activation(node.input(0), editor);
        Value sum = integer(editor, "ConvInteger", name, activation, weights);
        node.attributes().forEach(sum.producer()::set);
        Value scaled = scaled(editor, name, activation, weights, sum);
        Value bias = node.input(2);
        if (bias == null) {
            Editor.replace(node, scaled);
            return;
        }
        // a vector over channels has to be aligned with dimension 1 of the output
        Tensor values = (Tensor) bias.constant();
        long[] aligned = new long[((Tensor) node.input(1).constant()).rank()];
        Arrays.fill(aligned, 1);
        aligned[1] = values.size();
        Value vector = editor.constant(bias.name() + "_aligned", values.reshaped(aligned));
        Editor.replace(node, editor.add("Add", name + "_biased", DataType.FLOAT, scaled, vector));
        Editor.dropUnused(bias);
    }

    private static Value integer(
            Editor editor, String operator, String name, Node activation, Weights weights) {
        return editor.add(
                operator,
                name + "_int32",
                DataType.INT32,
                activation.output(CODES),
                weights.codes(),
                activation.output(ZERO_POINT),
                weights.zeroPoints());
    }

    private static Value scaled(
            Editor editor, String name, Node activation, Weights weights, Value sum) {
        Value scale =
                editor.add(
                        "Mul",
                        name + "_scale",
                        DataType.FLOAT,
                        activation.output(SCALE),
                        weights.scales());
        Value cast = editor.cast(name + "_float", sum);
        return editor.add("Mul", name + "_scaled", DataType.FLOAT, cast, scale);
    }

    private Node activation(Value input, Editor editor) {
        return activations.computeIfAbsent(
                input,
                key -> {
                    String name = key.name();
                    Value codes = editor.declare(name + "_quantized", DataType.UINT8, shape(key));
                    Value scale = editor.declare(name + "_scale", DataType.FLOAT, SCALAR);
                    Value zero = editor.declare(name + "_zero_point", DataType.UINT8, SCALAR);
                    return editor.add(
                            "DynamicQuantizeLinear",
                            name + "_quantize",
                            List.of(key),
                            List.of(codes, scale, zero));
                });
    }

    private static Shape shape(Value value) {
        return value.tensorType() == null ? null : value.tensorType().shape();
    }
}
