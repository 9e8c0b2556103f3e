package ai.tenon.passes.fusion.internal.transformer;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.passes.fusion.internal.Ort;
import ai.tenon.passes.testing.Fixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatMulActivationTest {
    private static final List<String> FLAT =
            List.of("Reshape", "Gemm", "Relu", "Shape", "Concat", "Reshape");

    private final Fixture f = new Fixture(13);

    private Value sum(Value x) {
        Value product = f.node("MatMul", "product", List.of(x, f.weights("w", 8, 6)));
        return f.node("Add", "sum", List.of(f.weights("b", 6), product));
    }

    @Test
    void lengthsThatAreNotKnownStaySo() {
        Value x = f.input("x", -1, -1, 8);
        f.output(f.node("Relu", "y", List.of(sum(x))), -1, -1, 6);
        Model before = f.model().copy();
        Model after = f.after(new MatMulActivation(), 1);
        assertEquals(FLAT, operators(after));
        assertEquals(15, after.opset(""));
        Ort.assertSame(before, after, 1e-6);
    }

    @Test
    void fourDimensionsAndTheAttributesOfTheActivation() {
        Value x = f.input("x", 2, -1, 3, 8);
        Attribute alpha = Attribute.ofFloat("alpha", 0.3f);
        f.output(f.node("LeakyRelu", "y", List.of(sum(x)), alpha), 2, -1, 3, 6);
        Model before = f.model().copy();
        Model after = f.after(new MatMulActivation(), 1);
        assertEquals(0.3f, after.graph().nodes().get(2).floatAttribute("alpha", 0));
        Ort.assertSame(before, after, 1e-6);
    }

    @Test
    void twoDimensionsAreLeftToOthers() {
        Value x = f.input("x", -1, 8);
        f.output(f.node("Relu", "y", List.of(sum(x))), -1, 6);
        f.after(new MatMulActivation(), 0);
    }

    @Test
    void withoutAnActivationItDoesNotPay() {
        f.output(sum(f.input("x", -1, 5, 8)), -1, 5, 6);
        f.after(new MatMulActivation(), 0);
    }

    @Test
    void whatSomebodyElseReadsStays() {
        Value sum = sum(f.input("x", -1, 5, 8));
        f.output(sum, -1, 5, 6);
        f.output(f.node("Relu", "y", List.of(sum)), -1, 5, 6);
        f.after(new MatMulActivation(), 0);
    }

    @Test
    void weightsThatACallerGivesStay() {
        Value x = f.input("x", -1, 5, 8);
        Value product = f.node("MatMul", "product", List.of(x, f.input("w", 8, 6)));
        Value sum = f.node("Add", "sum", List.of(product, f.weights("b", 6)));
        f.output(f.node("Relu", "y", List.of(sum)), -1, 5, 6);
        f.after(new MatMulActivation(), 0);
    }

    @Test
    void whatIsQuantizedAfterwardsStays() {
        Value relu = f.node("Relu", "relu", List.of(sum(f.input("x", -1, 5, 8))));
        Value scale = f.scalar("scale", 0.1f);
        Value codes = f.node("QuantizeLinear", "y", List.of(relu, scale));
        f.output(codes, DataType.UINT8, -1, 5, 6);
        f.after(new MatMulActivation(), 0);
    }
}
