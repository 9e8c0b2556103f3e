package ai.tenon.passes.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.optimize.GraphPass;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Builds small models, applies passes to them, and compares what they compute. */
public final class Fixture {
    private final Graph graph = new Graph("test");
    private final Model model = new Model(graph);
    private final Random random = new Random(7);

    /** A model of that version of the standard operator set. */
    public Fixture(long opset) {
        model.opsetImports().put("", opset);
    }

    public Graph graph() {
        return graph;
    }

    public Model model() {
        return model;
    }

    /** A FLOAT input; -1 for unknown lengths. */
    public Value input(String name, long... shape) {
        return input(name, DataType.FLOAT, shape);
    }

    public Value input(String name, DataType type, long... shape) {
        return graph.addInput(name, ValueType.tensor(type, shape));
    }

    /** Random weights in [-1, 1). */
    public Value weights(String name, long... shape) {
        float[] values = new float[Tensor.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return graph.addInitializer(name, Tensor.ofFloats(values, shape));
    }

    /** Random values in [0.5, 1.5): variances, divisors. */
    public Value positive(String name, long... shape) {
        float[] values = new float[Tensor.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f + random.nextFloat();
        }
        return constant(name, values, shape);
    }

    public Value constant(String name, float[] values, long... shape) {
        return graph.addInitializer(name, Tensor.ofFloats(values, shape));
    }

    public Value floats(String name, float... values) {
        return graph.addInitializer(name, Tensor.ofFloats(values, values.length));
    }

    public Value scalar(String name, float value) {
        return graph.addInitializer(name, Tensor.ofFloats(new float[] {value}));
    }

    public Value integers(String name, long... values) {
        return graph.addInitializer(name, Tensor.ofLongs(values, values.length));
    }

    /**
     * The output of a new node, which is named so.
     *
     * @param opType may be qualified, as in {@code com.microsoft.FusedConv}
     */
    public Value node(String opType, String out, List<Value> inputs, Attribute... attributes) {
        return node(graph, opType, out, inputs, attributes);
    }

    /** As {@link #node(String, String, List, Attribute...)}, in a subgraph. */
    public static Value node(
            Graph graph, String opType, String out, List<Value> inputs, Attribute... attributes) {
        Value value = graph.newValue(out, null);
        int dot = opType.lastIndexOf('.');
        String domain = dot < 0 ? "" : opType.substring(0, dot);
        Node node = graph.add(domain, opType.substring(dot + 1), "", inputs, List.of(value));
        Arrays.asList(attributes).forEach(node::set);
        return value;
    }

    /** BatchNormalization as it is for inference, with random statistics. */
    public Value normalized(String out, Value x, long channels) {
        return node(
                "BatchNormalization",
                out,
                List.of(
                        x,
                        weights(out + ".scale", channels),
                        weights(out + ".b", channels),
                        weights(out + ".mean", channels),
                        positive(out + ".var", channels)));
    }

    /** A new node with several outputs. */
    public List<Value> nodes(
            String opType, List<String> outs, List<Value> inputs, Attribute... attributes) {
        List<Value> values = outs.stream().map(out -> graph.newValue(out, null)).toList();
        Node node = graph.add("", opType, "", inputs, values);
        Arrays.asList(attributes).forEach(node::set);
        return values;
    }

    /** Declares a FLOAT output; -1 for unknown lengths. */
    public Fixture output(Value value, long... shape) {
        return output(value, DataType.FLOAT, shape);
    }

    public Fixture output(Value value, DataType type, long... shape) {
        value.setType(ValueType.tensor(type, shape));
        graph.addOutput(value);
        return this;
    }

    /**
     * A copy of the model after the pass, which must say the number of changes that is expected,
     * and leave what the model computes within its tolerance.
     */
    public Model after(GraphPass pass, int changes) {
        Model changed = model.copy();
        assertEquals(changes, pass.apply(changed, Map.of()).changes(), "changes");
        Running.assertSame(model, changed, pass.tolerance());
        return changed;
    }

    /** The operators of {@link #after}, qualified, in the order of the nodes. */
    public List<String> operatorsAfter(GraphPass pass, int changes) {
        return operators(after(pass, changes));
    }

    /** Qualified operators in the order of the nodes. */
    public static List<String> operators(Model model) {
        return model.graph().nodes().stream().map(Node::qualifiedType).toList();
    }
}
