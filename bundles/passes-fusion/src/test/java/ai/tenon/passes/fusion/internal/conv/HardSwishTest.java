package ai.tenon.passes.fusion.internal.conv;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.passes.fusion.internal.Ort;
import ai.tenon.passes.testing.Fixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HardSwishTest {
    private final Fixture f = new Fixture(11);

    private Value scalar(String name, float value) {
        return f.constant(name, new float[] {value});
    }

    private Value clipped(Value x, float three) {
        Value sum = f.node("Add", "s", List.of(scalar("three", three), x));
        return f.node("Clip", "c", List.of(sum, scalar("low", 0), scalar("high", 6)));
    }

    @ParameterizedTest
    @CsvSource({"Div, 6", "Mul, 0.16666667"})
    void recognisesTheProductDivided(String type, float by) {
        Value x = f.input("x", 2, 3);
        Value product = f.node("Mul", "p", List.of(x, clipped(x, 3)));
        f.output(f.node(type, "y", List.of(product, scalar("six", by))), 2, 3);

        Model after = f.after(new HardSwish(), 1);

        assertEquals(List.of("HardSwish"), operators(after));
        assertEquals(14, after.opset(""));
        Ort.assertSame(f.model(), after, 1e-5);
    }

    @Test
    void recognisesTheGateDivided() {
        Value x = f.input("x", 2, 3);
        Value gate = f.node("Div", "g", List.of(clipped(x, 3), scalar("six", 6)));
        f.output(f.node("Mul", "y", List.of(gate, x)), 2, 3);

        assertEquals(List.of("HardSwish"), operators(f.after(new HardSwish(), 1)));
    }

    @ParameterizedTest
    @CsvSource({"0.16666667, 1", "0.2, 0"})
    void recognisesHardSigmoid(float alpha, int changes) {
        Value x = f.input("x", 2, 3);
        Value gate = f.node("HardSigmoid", "g", List.of(x), Attribute.ofFloat("alpha", alpha));
        f.output(f.node("Mul", "y", List.of(x, gate)), 2, 3);

        f.after(new HardSwish(), changes);
    }

    @Test
    void otherNumbersAndGatesOfOthersStay() {
        Value x = f.input("x", 2, 3);
        Value gate = f.node("Div", "g", List.of(clipped(x, 2), scalar("six", 6)));
        f.output(f.node("Mul", "y", List.of(gate, x)), 2, 3);
        Value other = f.node("HardSigmoid", "h", List.of(x), Attribute.ofFloat("alpha", 1f / 6));
        f.output(f.node("Mul", "z", List.of(other, f.input("w", 2, 3))), 2, 3);

        f.after(new HardSwish(), 0);
    }
}
