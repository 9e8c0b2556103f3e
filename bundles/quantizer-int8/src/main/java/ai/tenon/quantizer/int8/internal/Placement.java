package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.rewrite.Match;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which values of a model are quantized.
 *
 * <p>A layer needs its input quantized; a convolution its output too, since an integer kernel
 * rounds its sums at once. Other operators join where all that they read is quantized anyway and
 * something behind them needs it: so integers flow from layer to layer, and what leads to the
 * model's outputs stays exact. Changes nothing.
 */
final class Placement {
    /** Operators with weights. */
    static final Set<String> LAYERS = Set.of("Conv", "ConvTranspose", "MatMul", "Gemm");

    /** Products of two activations, as in attention. */
    static final String ACTIVATION_PRODUCTS = "MatMul.activations";

    /** Operators whose result has a range of its own. */
    static final Set<String> OWN_RANGE =
            Set.of(
                    "Add",
                    "Mul",
                    "Concat",
                    "AveragePool",
                    "GlobalAveragePool",
                    "LeakyRelu",
                    "Sigmoid",
                    "Softmax");

    /** Operators that only move or select elements: their result has the range of their input. */
    static final Set<String> SAME_RANGE =
            Set.of(
                    "MaxPool",
                    "Reshape",
                    "Transpose",
                    "Flatten",
                    "Squeeze",
                    "Unsqueeze",
                    "Slice",
                    "Split",
                    "Gather",
                    "DepthToSpace",
                    "SpaceToDepth",
                    "Resize");

    /** Operators that saturation of the codes takes the place of. */
    private static final String[] CLAMPS = {"Relu", "Clip"};

    private final Set<String> operators;
    private final Set<Value> blocked;
    private final Map<Value, Value> roots = new LinkedHashMap<>();
    private final Map<Value, Node> makers = new HashMap<>();
    private final Set<Node> joined = new HashSet<>();
    private final Map<Node, Layer> layers = new LinkedHashMap<>();

    /**
     * @param layers those that are to be quantized
     * @param operators names of the operators that may be
     * @param blocked values that cannot be
     */
    Placement(List<Node> nodes, List<Layer> layers, Set<String> operators, Set<Value> blocked) {
        this.operators = operators;
        this.blocked = blocked;
        Map<Node, Layer> byNode = new HashMap<>();
        layers.forEach(layer -> byNode.put(layer.node(), layer));
        for (Node node : nodes) {
            if (byNode.containsKey(node)) {
                place(byNode.get(node));
            } else if (node.domain().isEmpty()) {
                join(node);
            }
        }
        trim();
    }

    /** The values to quantize, each with the one whose range it has: itself, mostly. */
    Map<Value, Value> roots() {
        return Collections.unmodifiableMap(roots);
    }

    /** The layers to quantize, in the order of the nodes. */
    List<Layer> layers() {
        return List.copyOf(layers.values());
    }

    /** Nodes without weights that compute with integers, and may read constants. */
    Set<Node> joined() {
        return Collections.unmodifiableSet(joined);
    }

    /**
     * True for a reader that keeps the exact value, since the value is made by no integers anyway
     * and the reader computes with none.
     *
     * @param reader null for the caller of the model
     */
    boolean keepsExact(Value value, Node reader) {
        return !makers.containsKey(value)
                && !joined.contains(reader)
                && !layers.containsKey(reader);
    }

    private void place(Layer layer) {
        Node node = layer.node();
        boolean rounds = node.opType().startsWith("Conv");
        Value input = node.input(0);
        Value output = node.output(0);
        if (blocked.contains(input) || rounds && blocked.contains(output)) {
            return;
        }
        layers.put(node, layer);
        roots.putIfAbsent(input, input);
        if (rounds) {
            own(node);
        }
    }

    private void join(Node node) {
        String operator = node.opType();
        if (Match.is(node, CLAMPS)) {
            clamp(node);
        } else if (operator.equals("MatMul") && operators.contains(ACTIVATION_PRODUCTS)) {
            activationProduct(node);
        } else if (!operators.contains(operator)) {
            return;
        } else if (OWN_RANGE.contains(operator) && node.inputs().stream().allMatch(this::ready)) {
            boolean computed = node.inputs().stream().anyMatch(roots::containsKey);
            if (computed && !blocked.contains(node.output(0))) {
                joined.add(node);
                own(node);
            }
        } else if (SAME_RANGE.contains(operator) && roots.containsKey(node.input(0))) {
            joined.add(node);
            Value root = roots.get(node.input(0));
            for (Value output : node.outputs()) {
                if (output != null) {
                    roots.put(output, root);
                    makers.put(output, node);
                }
            }
        }
    }

    private void own(Node node) {
        roots.put(node.output(0), node.output(0));
        makers.put(node.output(0), node);
    }

    /** Puts the clamped value in the place of the one that only the clamp reads. */
    private void clamp(Node node) {
        Value input = node.input(0);
        Value output = node.output(0);
        Node maker = makers.get(input);
        if (maker == null || roots.get(input) != input || blocked.contains(output)) {
            return;
        }
        if (Match.isReadOnce(input)) {
            roots.remove(input);
            makers.remove(input);
        } else {
            joined.add(node);
            maker = node;
        }
        roots.put(output, output);
        makers.put(output, maker);
    }

    private void activationProduct(Node node) {
        boolean possible =
                node.inputs().stream()
                        .noneMatch(input -> input.isConstant() || blocked.contains(input));
        if (possible) {
            joined.add(node);
            node.inputs().forEach(input -> roots.putIfAbsent(input, input));
        }
    }

    private boolean ready(Value input) {
        return roots.containsKey(input) || isConstant(input);
    }

    static boolean isConstant(Value input) {
        return input != null
                && input.constant() instanceof Tensor tensor
                && tensor.type() == DataType.FLOAT
                && tensor.size() > 0;
    }

    /** Takes out what joined although nothing behind it needs it, from the outputs backwards. */
    private void trim() {
        List<Value> values = new ArrayList<>(roots.keySet());
        Collections.reverse(values);
        for (Value value : values) {
            Node maker = makers.get(value);
            if (maker == null || layers.containsKey(maker) || isNeeded(value)) {
                continue;
            }
            roots.remove(value);
            if (maker.outputs().stream().noneMatch(roots::containsKey)) {
                joined.remove(maker);
            }
        }
    }

    private boolean isNeeded(Value value) {
        for (Node reader : value.uses()) {
            if (joined.contains(reader)) {
                return true;
            }
            if (layers.containsKey(reader) && reader.input(0) == value) {
                return true;
            }
        }
        return false;
    }
}
