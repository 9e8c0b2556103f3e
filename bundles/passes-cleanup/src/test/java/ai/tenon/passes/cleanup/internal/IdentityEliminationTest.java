package ai.tenon.passes.cleanup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.testing.Fixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityEliminationTest {
    private final Fixture f = new Fixture(17);
    private final GraphPass pass = new IdentityElimination();
    private final Value x = f.input("x", 2, 3, 4);
    private final Value relu = f.node("Relu", "relu", List.of(x));

    private void becomesRelu(Value same) {
        f.output(f.node("Abs", "y", List.of(same)), 2, 3, 4);
        assertEquals(List.of("Relu", "Abs"), f.operatorsAfter(pass, 1));
    }

    private void stays(Value other) {
        f.output(f.node("Abs", "y", List.of(other)), -1, -1, -1);
        f.after(pass, 0);
    }

    @Test
    void identityKeepsTheOutputsName() {
        f.output(f.node("Identity", "y", List.of(relu)), 2, 3, 4);
        Model after = f.after(pass, 1);
        assertEquals(List.of("Relu"), Fixture.operators(after));
        assertEquals("y", after.graph().nodes().get(0).output(0).name());
    }

    @Test
    void identityBetweenInputAndOutputStays() {
        f.output(f.node("Identity", "y", List.of(x)), 2, 3, 4);
        f.after(pass, 0);
    }

    @Test
    void identitiesOfWhatIsAnOutputItselfStay() {
        f.output(relu, 2, 3, 4).output(f.node("Identity", "y", List.of(relu)), 2, 3, 4);
        f.after(pass, 0);
    }

    @Test
    void reshapeToTheSameShape() {
        becomesRelu(f.node("Reshape", "r", List.of(relu, f.integers("to", 2, -1, 4))));
    }

    @Test
    void transposeInOrder() {
        becomesRelu(f.node("Transpose", "t", List.of(relu), Attribute.ofInts("perm", 0, 1, 2)));
    }

    @Test
    void padByNothing() {
        becomesRelu(f.node("Pad", "p", List.of(relu, f.integers("pads", 0, 0, 0, 0, 0, 0))));
    }

    @Test
    void sliceOfAll() {
        becomesRelu(
                f.node(
                        "Slice",
                        "s",
                        List.of(
                                relu,
                                f.integers("from", 0),
                                f.integers("to", Integer.MAX_VALUE),
                                f.integers("axes", 1))));
    }

    @Test
    void sliceBackwardsStays() {
        stays(
                f.node(
                        "Slice",
                        "s",
                        List.of(
                                relu,
                                f.integers("from", -1),
                                f.integers("to", Integer.MIN_VALUE),
                                f.integers("axes", 1),
                                f.integers("steps", -1))));
    }

    @Test
    void concatOfOne() {
        becomesRelu(f.node("Concat", "c", List.of(relu), Attribute.ofInt("axis", 0)));
    }

    @Test
    void expandToTheSameShape() {
        becomesRelu(f.node("Expand", "e", List.of(relu, f.integers("to", 3, 1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mul", "Div", "Pow"})
    void one(String operator) {
        becomesRelu(f.node(operator, "m", List.of(relu, f.floats("one", 1, 1, 1, 1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Add", "Sub"})
    void zero(String operator) {
        becomesRelu(f.node(operator, "m", List.of(relu, f.scalar("zero", 0))));
    }

    @Test
    void theFirstOperandMayBeNeutralWhereOrderDoesNotMatter() {
        becomesRelu(f.node("Add", "m", List.of(f.scalar("zero", 0), relu)));
    }

    @Test
    void oneDividedByStays() {
        stays(f.node("Div", "m", List.of(f.scalar("one", 1), relu)));
    }

    @Test
    void zerosThatBroadcastStay() {
        stays(f.node("Add", "m", List.of(relu, f.weights("w", 1, 1, 1))));
        Value zeros = f.graph().addInitializer("zeros", Tensor.ofFloats(new float[2], 2, 1, 1, 1));
        f.output(f.node("Add", "wide", List.of(relu, zeros)), -1, -1, -1, -1);
        f.after(pass, 0);
    }

    @Test
    void inSubgraphsWhatIsReadFromOutsideStays() {
        Value condition = f.input("condition", DataType.BOOL);
        Graph yes = new Graph("yes");
        yes.addOutput(Fixture.node(yes, "Identity", "same", List.of(relu)));
        Graph no = new Graph("no");
        Value abs = Fixture.node(no, "Abs", "abs", List.of(relu));
        no.addOutput(Fixture.node(no, "Identity", "also", List.of(abs)));
        Value choice =
                f.node(
                        "If",
                        "y",
                        List.of(condition),
                        Attribute.ofGraph("then_branch", yes),
                        Attribute.ofGraph("else_branch", no));
        f.output(choice, 2, 3, 4);
        f.after(pass, 1);
    }
}
