package ai.tenon.quantizer.floating.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.shape.ShapeInference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lets the operators that can compute in sixteen bits, with Casts where others begin. */
final class Computation {
    private final Graph graph;
    private final Half half;
    private final ShapeInference types;
    private final Set<Node> nodes = new LinkedHashSet<>();

    Computation(Model model, Half half, Weights weights) {
        this.graph = model.graph();
        this.half = half;
        this.types = ShapeInference.of(model);
        graph.nodes().stream().filter(node -> isHalf(node, weights)).forEach(nodes::add);
    }

    /** The nodes that are to compute in sixteen bits. */
    Set<Node> nodes() {
        return nodes;
    }

    private boolean isHalf(Node node, Weights weights) {
        return node.domain().isEmpty()
                && HalfOperators.isSafe(node.opType())
                && weights.excluded(node).isEmpty()
                && node.outputs().stream().anyMatch(this::isFloat)
                && node.inputs().stream().allMatch(input -> isKnown(input, weights))
                && node.inputs().stream().noneMatch(this::wasInteger)
                && node.outputs().stream().allMatch(output -> isKnown(output, weights));
    }

    /** True for what was an integer just before: sums of integer products exceed sixteen bits. */
    private boolean wasInteger(Value value) {
        Node cast = Match.producer(value, "Cast");
        return cast != null
                && types.type(cast.input(0)) instanceof ValueType.OfTensor type
                && type.elementType() != null
                && !type.elementType().isFloat();
    }

    /** False for values of unknown type, and for constants that sixteen bits cannot hold. */
    private boolean isKnown(Value value, Weights weights) {
        if (value == null) {
            return true;
        }
        if (!(types.type(value) instanceof ValueType.OfTensor type) || type.elementType() == null) {
            return false;
        }
        Tensor constant = Constants.tensor(value);
        return constant == null
                || constant.type() != DataType.FLOAT
                || weights.obstacle(value).isEmpty() && half.obstacle(constant).isEmpty();
    }

    private boolean isFloat(Value value) {
        return value != null
                && types.type(value) instanceof ValueType.OfTensor type
                && type.elementType() == DataType.FLOAT;
    }

    /** Rewrites the graph. */
    void apply() {
        List<Value> values = new ArrayList<>();
        graph.values().forEach(values::add);
        values.sort(java.util.Comparator.comparing(Value::name));
        values.removeIf(value -> !isFloat(value));
        for (Value value : values) {
            if (value.producer() != null && nodes.contains(value.producer())) {
                widen(value);
            } else {
                narrow(value);
            }
        }
    }

    /** A value that is computed in sixteen bits from now on: others read it as FLOAT. */
    private void widen(Value value) {
        ValueType.OfTensor type = (ValueType.OfTensor) types.type(value);
        List<Node> readers =
                value.uses().stream().distinct().filter(n -> !nodes.contains(n)).toList();
        ValueType declared = value.isGraphOutput() ? value.type() : type;
        value.setType(new ValueType.OfTensor(half.type(), type.shape()));
        if (readers.isEmpty() && !value.isGraphOutput()) {
            return;
        }
        String name = value.name();
        graph.rename(value, graph.freshName(name + "_" + half.scheme()));
        Value wide = graph.newValue(name, declared);
        Set<Node> narrowReaders = new LinkedHashSet<>(value.uses());
        narrowReaders.removeAll(readers);
        graph.replaceUses(value, wide);
        narrowReaders.forEach(reader -> read(reader, wide, value));
        cast(value, wide, DataType.FLOAT, value.producer());
    }

    /** A value that stays FLOAT: nodes that compute in sixteen bits read it so. */
    private void narrow(Value value) {
        List<Node> readers = value.uses().stream().distinct().filter(nodes::contains).toList();
        if (readers.isEmpty()) {
            return;
        }
        String name = value.name() + "_" + half.scheme();
        Value narrow;
        if (value.constant() instanceof Tensor tensor && !graph.inputs().contains(value)) {
            narrow = Constants.add(graph, name, half.round(tensor));
        } else {
            ValueType.OfTensor type = (ValueType.OfTensor) types.type(value);
            narrow = graph.freshValue(name, new ValueType.OfTensor(half.type(), type.shape()));
            cast(value, narrow, half.type(), value.producer());
        }
        readers.forEach(reader -> read(reader, value, narrow));
        if (value.isConstant() && !value.isUsed() && !graph.inputs().contains(value)) {
            graph.removeInitializer(value);
        }
    }

    private static void read(Node reader, Value old, Value replacement) {
        for (int i = 0; i < reader.inputs().size(); i++) {
            if (reader.input(i) == old) {
                reader.setInput(i, replacement);
            }
        }
    }

    /** Adds a Cast right behind the node that computes what it reads, or in front of all. */
    private void cast(Value from, Value to, DataType type, Node behind) {
        int at = behind == null ? 0 : graph.nodes().indexOf(behind) + 1;
        List<Value> in = List.of(from);
        List<Value> out = List.of(to);
        String name = to.name() + "_cast";
        Node cast =
                at == graph.nodes().size()
                        ? graph.add("", "Cast", name, in, out)
                        : graph.insertBefore(graph.nodes().get(at), "", "Cast", name, in, out);
        cast.set(Attribute.ofInt("to", type.code()));
    }
}
