package ai.tenon.passes.cleanup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.optimize.PassResult;
import ai.tenon.passes.testing.Fixture;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CleanupPassesTest {
    private final Fixture f = new Fixture(17);
    private final Value x = f.input("x", 2, 6);

    private Value constant(String name, Tensor contents) {
        return f.node("Constant", name, List.of(), Attribute.ofTensor("value", contents));
    }

    @Test
    void whatDependsOnConstantsIsComputed() {
        Value two = constant("two", Tensor.ofFloats(new float[] {2}));
        Value w = f.node("Mul", "w", List.of(f.weights("raw", 6), two));
        Value root = f.node("Sqrt", "root", List.of(f.node("Abs", "abs", List.of(w))));
        f.output(f.node("Add", "y", List.of(x, root)), 2, 6);
        Model after = f.after(Passes.constantFolding(), 2);
        assertEquals(List.of("Add"), Fixture.operators(after));
        assertEquals(
                List.of("root"), after.graph().initializers().stream().map(Value::name).toList());
    }

    @Test
    void constantsThatAreOutputsOrRandomStay() {
        f.output(f.node("Abs", "y", List.of(f.weights("w", 6))), 6);
        Value random = f.node("RandomNormalLike", "random", List.of(f.weights("like", 6)));
        Value zero = f.node("Mul", "zero", List.of(random, f.scalar("nought", 0)));
        f.output(f.node("Add", "z", List.of(x, zero)), 2, 6);
        assertEquals(0, Passes.constantFolding().apply(f.model(), Map.of()).changes());
        assertEquals(4, f.graph().nodes().size());
    }

    @Test
    void constantsThatWouldEnlargeTheModelAreNotComputed() {
        Value large =
                f.node("Expand", "large", List.of(f.scalar("one", 1), f.integers("to", 600, 1000)));
        Value row =
                f.node(
                        "ReduceSum",
                        "row",
                        List.of(
                                f.node(
                                        "Add",
                                        "sum",
                                        List.of(large, f.node("ReduceSum", "s", List.of(x))))));
        f.output(row, 1, 1);
        f.after(Passes.constantFolding(), 0);
    }

    @Test
    void quantizedWeightsStayQuantized() {
        Value q =
                f.graph()
                        .addInitializer(
                                "q",
                                Tensor.of(
                                        DataType.INT8,
                                        new long[] {6},
                                        ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6})));
        Value w = f.node("DequantizeLinear", "w", List.of(q, f.scalar("scale", 0.5f)));
        f.output(f.node("Add", "y", List.of(x, w)), 2, 6);
        f.after(Passes.constantFolding(), 0);
    }

    @Test
    void weightsOfSixteenBitsStayAsTheyAre() {
        ByteBuffer halves = ByteBuffer.allocate(2 * 64 * 6);
        Value stored =
                f.graph()
                        .addInitializer(
                                "h", Tensor.of(DataType.FLOAT16, new long[] {64, 6}, halves));
        Value wide =
                f.node(
                        "Cast",
                        "wide",
                        List.of(stored),
                        Attribute.ofInt("to", DataType.FLOAT.code()));
        f.output(f.node("MatMul", "y", List.of(f.input("long", 2, 64), wide)), 2, 6);
        f.after(Passes.constantFolding(), 0);
    }

    @Test
    void defaultsThatACallerMayReplaceAreNoConstants() {
        Value w = f.input("w", 6);
        f.graph().setConstant(w, Tensor.ofFloats(new float[6], 6));
        f.output(f.node("Add", "y", List.of(x, f.node("Abs", "abs", List.of(w)))), 2, 6);
        f.after(Passes.constantFolding(), 0);
        assertEquals(
                0,
                new FixedInitializers()
                        .apply(f.model().copy(), Map.of("keep-defaults", "true"))
                        .changes());
        assertEquals(1, new FixedInitializers().apply(f.model(), Map.of()).changes());
        assertEquals(List.of("Add"), f.operatorsAfter(Passes.constantFolding(), 1));
    }

    @Test
    void withoutTheReferenceBackendItSaysSo() {
        f.output(
                f.node("Add", "y", List.of(x, f.node("Abs", "a", List.of(f.weights("w", 6))))),
                2,
                6);
        PassResult result = new ConstantFolding(new OnnxFormat()).apply(f.model(), Map.of());
        assertEquals(0, result.changes());
        assertTrue(result.notes().get(0).contains("reference"), result.notes().toString());
    }

    @Test
    void calculatedShapesBecomeConstants() {
        Value shape = f.node("Shape", "shape", List.of(x));
        Value rows = f.node("Gather", "rows", List.of(shape, f.integers("first", 0)));
        Value to =
                f.node(
                        "Concat",
                        "to",
                        List.of(rows, f.integers("rest", 3, 2)),
                        Attribute.ofInt("axis", 0));
        f.output(f.node("Reshape", "y", List.of(x, to)), 2, 3, 2);
        assertEquals(List.of("Reshape"), f.operatorsAfter(new ShapeFolding(), 3));
    }

    @Test
    void aReshapeKeepsWhatItsInputHasAndLeavesOneLengthOpen() {
        Value open =
                f.graph()
                        .addInput(
                                "open",
                                new ValueType.OfTensor(
                                        DataType.FLOAT,
                                        new Shape(
                                                List.of(
                                                        Dimension.named("batch"),
                                                        Dimension.named("length"),
                                                        Dimension.of(6)))));
        Value shape = f.node("Shape", "shape", List.of(open));
        Value batch = f.node("Gather", "batch", List.of(shape, f.integers("first", 0)));
        Value length = f.node("Gather", "length", List.of(shape, f.integers("second", 1)));
        Value to =
                f.node(
                        "Concat",
                        "to",
                        List.of(batch, length, f.integers("rest", 3, 2)),
                        Attribute.ofInt("axis", 0));
        f.output(f.node("Reshape", "y", List.of(open, to)), -1, -1, 3, 2);
        assertEquals(List.of("Reshape"), f.operatorsAfter(new ShapeFolding(), 1));
    }

    @Test
    void dropoutWithAUsedMaskGivesTrue() {
        List<Value> both =
                f.nodes(
                        "Dropout",
                        List.of("kept", "mask"),
                        List.of(f.node("Abs", "abs", List.of(x))));
        f.output(f.node("Neg", "y", List.of(both.get(0))), 2, 6)
                .output(both.get(1), DataType.BOOL, 2, 6);
        assertEquals(
                List.of("Abs", "Shape", "ConstantOfShape", "Neg"),
                f.operatorsAfter(new DropoutRemoval(), 1));
    }

    @Test
    void dropoutInTrainingStays() {
        Value training =
                f.graph()
                        .addInitializer(
                                "training",
                                Tensor.of(
                                        DataType.BOOL,
                                        new long[0],
                                        ByteBuffer.wrap(new byte[] {1})));
        Value kept = f.node("Dropout", "kept", List.of(x, f.scalar("ratio", 0), training));
        f.output(f.node("Neg", "y", List.of(kept)), 2, 6);
        assertEquals(0, new DropoutRemoval().apply(f.model(), Map.of()).changes());
    }

    @Test
    void castsThatLoseNothingGo() {
        Value ints =
                f.node("Cast", "ints", List.of(x), Attribute.ofInt("to", DataType.INT8.code()));
        Value wide =
                f.node(
                        "Cast",
                        "wide",
                        List.of(ints),
                        Attribute.ofInt("to", DataType.FLOAT16.code()));
        Value wider =
                f.node(
                        "Cast",
                        "wider",
                        List.of(wide),
                        Attribute.ofInt("to", DataType.FLOAT.code()));
        Value same =
                f.node(
                        "Cast",
                        "same",
                        List.of(wider),
                        Attribute.ofInt("to", DataType.FLOAT.code()));
        f.output(f.node("Neg", "y", List.of(same)), 2, 6);
        assertEquals(List.of("Cast", "Cast", "Neg"), f.operatorsAfter(new CastRemoval(), 2));
        assertTrue(CastRemoval.isLossless(DataType.UINT8, DataType.INT16));
        assertFalse(CastRemoval.isLossless(DataType.UINT8, DataType.INT8));
        assertFalse(CastRemoval.isLossless(DataType.INT32, DataType.FLOAT));
        assertFalse(CastRemoval.isLossless(DataType.FLOAT16, DataType.BFLOAT16));
    }

    @Test
    void whatIsComputedTwiceIsComputedOnce() {
        Value a = f.node("LeakyRelu", "a", List.of(x), Attribute.ofFloat("alpha", 0.5f));
        Value b = f.node("LeakyRelu", "b", List.of(x), Attribute.ofFloat("alpha", 0.5f));
        Value c = f.node("LeakyRelu", "c", List.of(x), Attribute.ofFloat("alpha", 0.1f));
        f.output(f.node("Sum", "y", List.of(a, b, c)), 2, 6);
        assertEquals(
                List.of("LeakyRelu", "LeakyRelu", "Sum"),
                f.operatorsAfter(new CommonSubexpressions(), 1));
    }

    @Test
    void equalInitializersAreKeptOnce() {
        Value a = f.floats("a", 1, 2, 3, 4, 5, 6);
        Value b = f.floats("b", 1, 2, 3, 4, 5, 6);
        Value c = f.floats("c", 1, 2, 3, 4, 5, 7);
        f.output(f.node("Sum", "y", List.of(x, a, b, c)), 2, 6);
        assertEquals(2, f.after(new DuplicateInitializers(), 1).graph().initializers().size());
    }

    @Test
    void reshapesInARowBecomeOne() {
        Value a = f.node("Unsqueeze", "a", List.of(x, f.integers("axes", 0)));
        Value b = f.node("Reshape", "b", List.of(a, f.integers("to", 3, 4)));
        Value c = f.node("Flatten", "c", List.of(b), Attribute.ofInt("axis", 0));
        f.output(f.node("Neg", "y", List.of(c)), 1, 12);
        assertEquals(List.of("Reshape", "Neg"), f.operatorsAfter(new ReshapeChains(), 2));
    }

    @Test
    void whatNobodyReadsGoes() {
        Graph body = new Graph("body");
        Value in = body.addInput("in", null);
        body.addOutput(Fixture.node(body, "Neg", "out", List.of(in)));
        f.model()
                .functions()
                .add(new Function("f", "F", "", List.of(), List.of(), Map.of("", 17L), body, null));
        f.node("Neg", "unread", List.of(f.node("Abs", "before", List.of(f.weights("w", 6)))));
        f.output(f.node("Relu", "y", List.of(x)), 2, 6);
        Model after = f.after(new DeadCode(), 4);
        assertEquals(List.of("Relu"), Fixture.operators(after));
        assertEquals(List.of(), after.functions());
    }

    @Test
    void theBranchThatIsAlwaysTakenTakesThePlaceOfTheChoice() {
        Value yes =
                f.graph()
                        .addInitializer(
                                "yes",
                                Tensor.of(
                                        DataType.BOOL,
                                        new long[0],
                                        ByteBuffer.wrap(new byte[] {1})));
        Value open = f.input("open", DataType.BOOL);
        Graph inner = new Graph("inner");
        Graph taken = new Graph("taken");
        Value w = taken.addInitializer("w", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 6));
        Value sum = Fixture.node(taken, "Add", "sum", List.of(x, w));
        inner.addOutput(Fixture.node(inner, "Mul", "product", List.of(sum, w)));
        Graph other = new Graph("other");
        other.addOutput(Fixture.node(other, "Neg", "other_out", List.of(sum)));
        Value nested =
                Fixture.node(
                        taken,
                        "If",
                        "nested",
                        List.of(open),
                        Attribute.ofGraph("then_branch", inner),
                        Attribute.ofGraph("else_branch", other));
        taken.addOutput(nested);
        taken.addOutput(w);
        Graph never = new Graph("never");
        never.addOutput(Fixture.node(never, "Abs", "abs", List.of(x)));
        never.addOutput(Fixture.node(never, "Exp", "exp", List.of(x)));
        List<Value> both =
                f.nodes(
                        "If",
                        List.of("y", "z"),
                        List.of(yes),
                        Attribute.ofGraph("then_branch", taken),
                        Attribute.ofGraph("else_branch", never));
        f.output(both.get(0), 2, 6).output(both.get(1), 6);
        assertEquals(List.of("Add", "If", "Identity"), f.operatorsAfter(new ConstantBranches(), 1));
    }
}
