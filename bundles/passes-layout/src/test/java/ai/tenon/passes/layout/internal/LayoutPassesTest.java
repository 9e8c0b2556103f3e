package ai.tenon.passes.layout.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.testing.Fixture;
import ai.tenon.passes.testing.Running;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutPassesTest {
    private final Fixture f = new Fixture(17);
    private final GraphPass propagation = new LayoutPropagation();
    private int names;

    private String name() {
        return "v" + names++;
    }

    private Value first(Value x) {
        return f.node("Transpose", name(), List.of(x), Attribute.ofInts("perm", 0, 3, 1, 2));
    }

    private Value last(Value x) {
        return f.node("Transpose", name(), List.of(x), Attribute.ofInts("perm", 0, 2, 3, 1));
    }

    private Value node(String opType, Value x, Attribute... attributes) {
        return f.node(opType, name(), List.of(x), attributes);
    }

    private Value node(String opType, Value x, Value y, Attribute... attributes) {
        return f.node(opType, name(), List.of(x, y), attributes);
    }

    /** A convolution as a converter of channels-last models writes it. */
    private Value conv(Value x, int in, int out) {
        Value weights = f.weights(name(), out, in, 3, 3);
        return last(node("Conv", first(x), weights, Attribute.ofInts("pads", 1, 1, 1, 1)));
    }

    @Test
    void aResidualNetworkKeepsOneTransposeAtEachEnd() {
        Value x = f.input("x", 2, 6, 5, 3);
        Value stem = node("Relu", node("Add", conv(x, 3, 4), f.weights("bias", 4)));
        Value branch = node("Clip", node("Mul", conv(stem, 4, 4), f.weights("scale", 4)));
        Value sum = node("Add", stem, conv(branch, 4, 4));
        Value both = f.node("Concat", "both", List.of(sum, stem), Attribute.ofInt("axis", -1));
        Value padded =
                f.node("Pad", "padded", List.of(both, f.integers("pads", 0, 1, 0, 0, 0, 0, 2, 0)));
        f.output(node("Softmax", conv(padded, 8, 2)), 2, 7, 7, 2);
        assertEquals(8, Transposes.count(f.model()));
        Model after = f.model().copy();
        assertEquals(6, propagation.apply(after, Map.of()).changes());
        assertEquals(2, Transposes.count(after));
        assertEquals("Transpose", after.graph().nodes().get(0).opType());
        assertEquals(
                "Transpose", after.graph().nodes().get(after.graph().nodes().size() - 1).opType());
        assertEquals(0, propagation.apply(after, Map.of()).changes());
        Running.assertSame(f.model(), after, propagation.tolerance());
    }

    @Test
    void noTwoNodesHaveOneName() {
        Value x = conv(f.input("x", 2, 6, 5, 3), 3, 4);
        Graph graph = f.model().graph();
        Value y = graph.newValue("y", null);
        graph.add("", "Relu", "relu", List.of(x), List.of(y));
        f.output(y, 2, 6, 5, 4);
        f.output(conv(y, 4, 2), 2, 6, 5, 2);
        Model after = f.after(propagation, 1);
        List<String> named =
                after.graph().nodes().stream()
                        .map(Node::name)
                        .filter(name -> !name.isEmpty())
                        .toList();
        assertEquals(named.stream().distinct().toList(), named);
        assertTrue(named.contains("relu"), named::toString);
    }

    /** Channels last, of an intermediate value of shape [2, 3, 4, 5]. */
    private Value channelsLast() {
        return last(node("Exp", f.input("x", 2, 3, 4, 5)));
    }

    /** A value of rank 4 goes back to channels first, and no Transpose is left. */
    private void cancels(Value channelsLast, int changes) {
        f.output(node("Neg", first(channelsLast)), -1, -1, -1, -1);
        vanish(changes);
    }

    private void vanish(int changes) {
        Model after = f.after(propagation, changes);
        assertEquals(0, Transposes.count(after));
        assertTrue(
                after.graph().initializers().stream().allMatch(Value::isUsed),
                "no constant is left over");
    }

    private void stays(Value channelsLast) {
        f.output(node("Neg", first(channelsLast)), -1, -1, -1, -1);
        f.after(propagation, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Relu", "Sigmoid", "HardSwish", "Identity", "Sqrt"})
    void unaryOperators(String operator) {
        cancels(node(operator, channelsLast()), 2);
    }

    @Test
    void constantsOfAnyRankAreTransposed() {
        Value x = node("Add", channelsLast(), f.weights("perChannel", 3));
        x = node("Mul", f.weights("all", 2, 4, 5, 3), x);
        x = node("Sub", x, f.scalar("one", 1));
        x = node("PRelu", x, f.weights("slope", 5, 1));
        cancels(node("Max", x, f.floats("least", 0.1f)), 2);
    }

    @Test
    void whereWithAConstantCondition() {
        Value x = channelsLast();
        Value positive = node("Greater", x, f.weights("threshold", 3));
        cancels(f.node("Where", "where", List.of(positive, x, f.weights("other", 4, 1, 1))), 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {-4, 1, 2, 3})
    void softmaxAlongAnyAxis(int axis) {
        cancels(node("Softmax", channelsLast(), Attribute.ofInt("axis", axis)), 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 2})
    void concatWithConstants(int axis) {
        Value x = channelsLast();
        long[] shape = {2, 4, 5, 3};
        shape[Math.floorMod(axis, 4)] = 2;
        cancels(
                f.node(
                        "Concat",
                        "joined",
                        List.of(x, f.weights("w", shape), x),
                        Attribute.ofInt("axis", axis)),
                2);
    }

    @Test
    void reductionsThatKeepDimensions() {
        Value x = channelsLast();
        Value mean = node("ReduceMean", x, Attribute.ofInts("axes", 1, -2));
        cancels(node("Mul", x, node("ReduceSum", mean, f.integers("axes", 3))), 2);
    }

    @Test
    void reductionsThatDropDimensions() {
        Value x = channelsLast();
        Value pooled =
                node(
                        "ReduceMean",
                        x,
                        Attribute.ofInts("axes", 1, 2),
                        Attribute.ofInt("keepdims", 0));
        f.output(node("Neg", pooled), 2, 3);
        vanish(1);
    }

    @Test
    void theGreatestOfTheChannels() {
        Value x = channelsLast();
        Value best = node("ArgMax", x, Attribute.ofInt("axis", -1), Attribute.ofInt("keepdims", 0));
        f.output(best, DataType.INT64, 2, 4, 5);
        vanish(1);
    }

    @Test
    void squeezedDimensions() {
        Value x = last(node("Exp", f.input("x", 2, 3, 1, 1)));
        f.output(node("Neg", node("Squeeze", x, f.integers("axes", 1, 2))), 2, 3);
        vanish(1);
    }

    @Test
    void slicesWithAndWithoutAxes() {
        Value x = channelsLast();
        x = f.node("Slice", "s", List.of(x, f.integers("a", 0, 1), f.integers("b", 2, 3)));
        x =
                f.node(
                        "Slice",
                        "t",
                        List.of(
                                x,
                                f.integers("c", -1),
                                f.integers("d", -9),
                                f.integers("e", 3),
                                f.integers("g", -2)));
        cancels(x, 2);
    }

    @Test
    void paddingBySomeAxesOfNewerVersions() {
        f.model().opsetImports().put("", 18L);
        Value pads = f.integers("pads", 1, 0, 0, 2);
        cancels(
                f.node(
                        "Pad",
                        "p",
                        List.of(
                                channelsLast(),
                                pads,
                                f.scalar("by", 7),
                                f.integers("axes", -1, 1))),
                2);
    }

    @Test
    void quantizationPerTensorAndPerChannel() {
        Value x = channelsLast();
        Value q = f.node("QuantizeLinear", "q", List.of(x, f.scalar("scale", 0.1f)));
        Value d = f.node("DequantizeLinear", "d", List.of(q, f.scalar("scale2", 0.1f)));
        Value scales = f.floats("scales", 0.1f, 0.2f, 0.3f);
        Attribute axis = Attribute.ofInt("axis", 3);
        Value r = f.node("QuantizeLinear", "r", List.of(d, scales), axis);
        cancels(f.node("DequantizeLinear", "e", List.of(r, scales), axis), 2);
    }

    @Test
    void partsThatAllGoBack() {
        List<Value> parts =
                f.nodes(
                        "Split",
                        List.of("left", "right"),
                        List.of(channelsLast(), f.integers("sizes", 1, 2)),
                        Attribute.ofInt("axis", 3));
        f.output(node("Neg", first(node("Relu", parts.get(0)))), 2, 1, 4, 5);
        cancels(parts.get(1), 3);
    }

    @Test
    void anOperatorThatMixesDimensionsIsNotPassed() {
        stays(node("MatMul", channelsLast(), f.weights("w", 3, 3)));
    }

    @Test
    void valuesThatOthersReadKeepTheirTransposeWhereNothingIsGained() {
        Value x = channelsLast();
        f.output(x, 2, 4, 5, 3).output(node("Relu", x), 2, 4, 5, 3);
        f.after(propagation, 0);
    }

    @Test
    void anOutputInTheMiddleKeepsItsNameAndOrder() {
        Value x = channelsLast();
        Value relu = node("Relu", x);
        f.output(relu, 2, 4, 5, 3);
        cancelsBut(1, first(relu));
    }

    private void cancelsBut(int left, Value channelsFirst) {
        f.output(node("Neg", channelsFirst), 2, 3, 4, 5);
        assertEquals(left, Transposes.count(f.after(propagation, 1)));
    }

    @Test
    void transposesInsideSubgraphsJoinThoseOutside() {
        Value x = channelsLast();
        Graph yes = new Graph("yes");
        Value back =
                Fixture.node(
                        yes, "Transpose", "back", List.of(x), Attribute.ofInts("perm", 0, 3, 1, 2));
        yes.addOutput(Fixture.node(yes, "Neg", "yes_out", List.of(back)));
        Graph no = new Graph("no");
        no.addOutput(Fixture.node(no, "Abs", "no_out", List.of(x.producer().input(0))));
        Value choice =
                f.node(
                        "If",
                        "y",
                        List.of(f.input("condition", DataType.BOOL)),
                        Attribute.ofGraph("then_branch", yes),
                        Attribute.ofGraph("else_branch", no));
        f.output(choice, 2, 3, 4, 5);
        f.after(propagation, 2);
    }

    @Test
    void otherOrdersJoinInTheirStage() {
        Value x = f.input("x", 2, 3, 4);
        Value a = node("Transpose", x, Attribute.ofInts("perm", 2, 0, 1));
        Value b = node("Transpose", node("Tanh", a), Attribute.ofInts("perm", 2, 0, 1));
        f.output(node("Neg", b), 3, 4, 2);
        f.after(propagation, 0);
        assertEquals(
                List.of("Tanh", "Neg", "Transpose"),
                f.operatorsAfter(new TransposeCancellation(), 1));
    }

    @Test
    void constantsAreTransposedBeforehand() {
        Value w = node("Transpose", f.weights("w", 4, 3));
        f.output(node("MatMul", f.input("x", 2, 3), w), 2, 4);
        assertEquals(List.of("MatMul"), f.operatorsAfter(new TransposeCancellation(), 1));
    }

    @Test
    void dimensionsOfLengthOneAreReshaped() {
        Value x = f.input("x", -1, 3, 1, 1);
        Value y = f.input("y", 1, 3, 2, 1);
        f.output(node("Neg", last(node("Exp", x))), -1, 1, 1, 3);
        f.output(node("Neg", last(y)), 1, 2, 1, 3);
        assertEquals(
                List.of("Exp", "Reshape", "Neg", "Transpose", "Neg"),
                f.operatorsAfter(new TransposeToReshape(), 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MatMul", "Gemm", "Gemm transposed"})
    void flattenedTransposesGoIntoTheWeights(String operator) {
        Value flat = node("Flatten", last(node("Exp", f.input("x", -1, 3, 4, 5))));
        boolean columns = operator.endsWith("transposed");
        Value w = columns ? f.weights("w", 7, 60) : f.weights("w", 60, 7);
        Attribute[] flags = {Attribute.ofInt("transB", columns ? 1 : 0)};
        f.output(
                operator.equals("MatMul") ? node("MatMul", flat, w) : node("Gemm", flat, w, flags),
                -1,
                7);
        assertEquals(
                List.of("Exp", "Flatten", operator.split(" ")[0]),
                f.operatorsAfter(new TransposeIntoWeights(), 1));
    }

    @Test
    void transposedMatricesBecomeFlags() {
        Value x = node("Transpose", node("Exp", f.input("x", 3, 2)));
        Value y = node("Transpose", node("Exp", f.input("y", 4, 3)));
        f.output(node("Gemm", x, y), 2, 4);
        assertEquals(
                List.of("Exp", "Exp", "Gemm"), f.operatorsAfter(new TransposeIntoWeights(), 2));
    }
}
