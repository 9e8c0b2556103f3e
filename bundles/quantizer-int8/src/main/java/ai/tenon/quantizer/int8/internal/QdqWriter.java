package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Puts QuantizeLinear and DequantizeLinear behind values. All that read a value read the
 * dequantized one afterwards, so that its producer may be replaced by one of integers.
 */
final class QdqWriter {
    private final Graph graph;
    private final Map<Value, Value[]> parameters = new HashMap<>();

    QdqWriter(Graph graph) {
        this.graph = graph;
    }

    /**
     * Quantizes an activation. If a clamp made it that the codes make unnecessary, it goes.
     *
     * @param root the value whose scale it shares; perhaps itself
     * @param exact true for readers that are to keep the exact value; null is the model's caller
     */
    void activation(Value value, Value root, Affine affine, Predicate<Node> exact) {
        List<Node> keep = value.uses().stream().filter(exact).toList();
        boolean returned = value.isGraphOutput() && exact.test(null);
        Value current = keep.isEmpty() && !returned ? Clamps.absorb(value, affine) : value;
        Value[] scale = parameters.computeIfAbsent(root, key -> store(key.name(), affine));
        String name = current.name();
        Value codes = graph.freshValue(name + "_quantized", type(affine.codes().type(), current));
        Value real = graph.freshValue(name + "_dequantized", type(DataType.FLOAT, current));
        if (keep.isEmpty() && !returned) {
            graph.replaceUses(current, real);
        } else {
            replaceUses(current, real, keep);
        }
        add("QuantizeLinear", List.of(current, scale[0], scale[1]), codes);
        add("DequantizeLinear", List.of(codes, scale[0], scale[1]), real);
        if (real.isGraphOutput()) {
            graph.rename(current, graph.freshName(name + "_float"));
            graph.rename(real, name);
            real.setType(current.type());
        }
    }

    private static void replaceUses(Value old, Value replacement, List<Node> keep) {
        for (Node reader : List.copyOf(old.uses())) {
            for (int i = 0; i < reader.inputs().size() && !keep.contains(reader); i++) {
                if (reader.input(i) == old) {
                    reader.setInput(i, replacement);
                }
            }
        }
    }

    /** Quantizes a constant that a node reads beside activations. */
    void constant(Node node, int input, CodeType codes) {
        Value constant = node.input(input);
        Tensor contents = (Tensor) constant.constant();
        float min = 0;
        float max = 0;
        for (float value : Numbers.floats(contents)) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        Affine affine = Affine.asymmetric(min, max, codes);
        WeightCodes rounded =
                WeightCodes.of(contents, new Slices(contents, -1), new Affine[] {affine}, codes);
        node.setInput(input, dequantized(constant.name(), rounded, 0));
        Rewrite.removeUnused(constant);
    }

    /**
     * Adds an initializer of codes and what dequantizes it.
     *
     * @param axis that scales and zero points go along, if there is more than one
     * @return the dequantized value
     */
    Value dequantized(String name, WeightCodes codes, int axis) {
        Value stored = Constants.add(graph, name + "_quantized", codes.codes());
        Value scales = Constants.add(graph, name + "_scale", codes.scaleTensor());
        Value zeros =
                Constants.add(
                        graph,
                        name + "_zero_point",
                        Numbers.of(
                                codes.codes().type(),
                                Arrays.stream(codes.zeroPoints()).asLongStream().toArray(),
                                codes.scaleTensor().shape()));
        Value real = graph.freshValue(name + "_dequantized", type(DataType.FLOAT, stored));
        Node node = add("DequantizeLinear", List.of(stored, scales, zeros), real);
        if (codes.scales().length > 1) {
            node.set(ai.tenon.graph.Attribute.ofInt("axis", axis));
        }
        return real;
    }

    private Node add(String operator, List<Value> inputs, Value output) {
        return graph.add("", operator, output.name(), inputs, List.of(output));
    }

    private Value[] store(String name, Affine affine) {
        return new Value[] {
            Constants.add(graph, name + "_scale", Numbers.ofFloats(new float[] {affine.scale()})),
            Constants.add(
                    graph,
                    name + "_zero_point",
                    Numbers.of(affine.codes().type(), new long[] {affine.zeroPoint()}))
        };
    }

    private static ValueType type(DataType type, Value like) {
        return new ValueType.OfTensor(
                type, like.tensorType() == null ? null : like.tensorType().shape());
    }
}
