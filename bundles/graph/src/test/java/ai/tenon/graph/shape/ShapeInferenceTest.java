package ai.tenon.graph.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapeInferenceTest {
    private final Graph graph = new Graph("test");
    private final Model model = new Model(graph);

    ShapeInferenceTest() {
        model.opsetImports().put("", 21L);
    }

    @Test
    void namedLengthsFlowThroughShapeGatherConcatAndReshape() {
        Value x = input("x", DataType.FLOAT, named("batch"), named("tokens"), Dimension.of(384));
        Value shape = node("Shape", x);
        Value batch = node("Gather", shape, constant(0));
        Value tokens = node("Gather", shape, constant(1));
        Value axes = constant1(0);
        Value target =
                node(
                        "Concat",
                        Attribute.ofInt("axis", 0),
                        node("Unsqueeze", batch, axes),
                        node("Unsqueeze", tokens, axes),
                        constant1(12),
                        constant1(-1));
        assertEquals("FLOAT[batch, tokens, 12, 32]", type(node("Reshape", x, target)));
    }

    @Test
    void theLengthLeftOpenByAReshapeKeepsItsName() {
        Value x =
                input(
                        "x",
                        DataType.FLOAT,
                        named("b"),
                        Dimension.of(8),
                        named("n"),
                        Dimension.of(4));
        Value split = node("Reshape", x, constant1(0, 2, 4, -1, 4));
        assertEquals("FLOAT[b, 2, 4, n, 4]", type(split));
        assertEquals("FLOAT[b, 2, 2, ?]", type(node("Reshape", x, constant1(0, 2, 2, -1))));
    }

    @Test
    void attentionJoinsHeadsAndKeepsWhatItHasSeen() {
        Value q = input("q", DataType.FLOAT, named("b"), named("n"), Dimension.of(32));
        Value kv = input("kv", DataType.FLOAT, named("b"), Dimension.of(3), Dimension.of(24));
        Value past =
                input(
                        "past",
                        DataType.FLOAT,
                        named("b"),
                        Dimension.of(2),
                        Dimension.of(5),
                        named("h"));
        Value y = node("Attention", q, kv, kv, null, past, past);
        Value keys = graph.newValue("keys", null);
        Node attention =
                graph.add(
                                "",
                                "Attention",
                                "",
                                y.producer().inputs(),
                                List.of(graph.newValue("again", null), keys))
                        .set(Attribute.ofInt("q_num_heads", 4))
                        .set(Attribute.ofInt("kv_num_heads", 2));
        assertEquals("FLOAT[b, n, 48]", type(attention.output(0)));
        assertEquals("FLOAT[b, 2, 8, 12]", type(keys));
    }

    @Test
    void broadcastingKeepsNamesAndFindsKnownLengths() {
        Value a = input("a", DataType.FLOAT, named("n"), Dimension.of(1), Dimension.UNKNOWN);
        Value b = input("b", DataType.FLOAT, named("n"), Dimension.of(3), Dimension.of(4));
        assertEquals("FLOAT[n, 3, 4]", type(node("Add", a, b)));
        assertEquals("BOOL[n, 3, 4]", type(node("Less", a, b)));
    }

    @Test
    void whatIsNotKnownStaysUnknown() {
        Value x = input("x", DataType.FLOAT, named("n"), Dimension.of(3));
        Value target = input("target", DataType.INT64, Dimension.of(2));
        assertEquals("FLOAT[?, ?]", type(node("Reshape", x, target)));
        assertNull(ShapeInference.of(model).type(node("NobodyKnowsThis", x)));
    }

    @Test
    void aContradictionNamesNodeAndValue() {
        Value x = input("x", DataType.FLOAT, Dimension.of(2), Dimension.of(3));
        Value y = graph.newValue("y", ValueType.tensor(DataType.FLOAT, 2, 4));
        graph.add("", "Relu", "activation", List.of(x), List.of(y));
        ShapeException e = assertThrows(ShapeException.class, () -> ShapeInference.of(model));
        assertEquals("Relu 'activation'", e.node());
        assertEquals("y", e.value());
    }

    @Test
    void inputsThatDoNotMultiplyNameTheNode() {
        Value a = input("a", DataType.FLOAT, Dimension.of(2), Dimension.of(3));
        Value b = input("b", DataType.FLOAT, Dimension.of(4), Dimension.of(5));
        node("MatMul", a, b);
        ShapeException e = assertThrows(ShapeException.class, () -> ShapeInference.of(model));
        assertEquals("MatMul 'MatMul_out'", e.node());
    }

    @Test
    void branchesThatDifferLeaveALengthOpen() {
        Value condition = input("condition", DataType.BOOL);
        Value x = input("x", DataType.FLOAT, Dimension.of(2), Dimension.of(3));
        Graph yes = branch("yes", "Relu", x);
        Value other = input("other", DataType.FLOAT, Dimension.of(2), Dimension.of(5));
        Graph no = branch("no", "Relu", other);
        Value out = graph.newValue("out", null);
        graph.add("", "If", "", List.of(condition), List.of(out))
                .set(Attribute.ofGraph("then_branch", yes))
                .set(Attribute.ofGraph("else_branch", no));
        assertEquals("FLOAT[2, ?]", type(out));
    }

    @Test
    void functionsAreInferredForEachCall() {
        Graph body = new Graph("body");
        Value formal = body.addInput("formal", null);
        Value result = body.newValue("result", null);
        body.add("", "Concat", "", List.of(formal, formal), List.of(result))
                .set(new Attribute("axis", Attribute.Kind.INT, null, "along", null));
        body.addOutput(result);
        model.functions()
                .add(
                        new Function(
                                "custom",
                                "Twice",
                                "",
                                List.of("along"),
                                List.of(),
                                Map.of("", 21L),
                                body,
                                null));
        Value x = input("x", DataType.FLOAT16, Dimension.of(2), Dimension.of(3));
        assertEquals("FLOAT16[4, 3]", type(call(x, 0)));
        assertEquals("FLOAT16[2, 6]", type(call(x, 1)));
    }

    @Test
    void storingReplacesWhatValuesDeclare() {
        Value x = input("x", DataType.FLOAT, Dimension.of(2), Dimension.of(3));
        Value y = node("Transpose", x);
        ShapeInference.of(model).store(model);
        assertEquals("FLOAT[3, 2]", y.type().toString());
    }

    private Value call(Value x, long axis) {
        Value out = graph.freshValue("called", null);
        graph.add("custom", "Twice", "", List.of(x), List.of(out))
                .set(Attribute.ofInt("along", axis));
        return out;
    }

    private static Graph branch(String name, String operator, Value input) {
        Graph branch = new Graph(name);
        Value out = branch.newValue(name + "_out", null);
        branch.add("", operator, "", List.of(input), List.of(out));
        branch.addOutput(out);
        return branch;
    }

    private String type(Value value) {
        return ShapeInference.of(model).type(value).toString();
    }

    private static Dimension named(String name) {
        return Dimension.named(name);
    }

    private Value input(String name, DataType type, Dimension... dims) {
        return graph.addInput(name, new ValueType.OfTensor(type, new Shape(List.of(dims))));
    }

    private Value constant(long value) {
        return graph.setConstant(
                graph.freshValue("constant", ValueType.tensor(DataType.INT64)),
                Tensor.ofLongs(new long[] {value}));
    }

    private Value constant1(long... values) {
        return graph.setConstant(
                graph.freshValue("constant", ValueType.tensor(DataType.INT64, values.length)),
                Tensor.ofLongs(values, values.length));
    }

    private Value node(String operator, Value... inputs) {
        Value out = graph.freshValue(operator + "_out", null);
        graph.add("", operator, "", Arrays.asList(inputs), List.of(out));
        return out;
    }

    private Value node(String operator, Attribute attribute, Value... inputs) {
        Value out = node(operator, inputs);
        out.producer().set(attribute);
        return out;
    }
}
