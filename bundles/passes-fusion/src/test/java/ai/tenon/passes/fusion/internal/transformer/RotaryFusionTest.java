package ai.tenon.passes.fusion.internal.transformer;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.passes.testing.Fixture;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotations of [2, 3, 5, 8] by 4 angles per token. */
class RotaryFusionTest {
    private final Fixture f = new Fixture(13);
    private final Value x = f.input("x", 2, 3, 5, 8);
    private int names;

    private Value op(String type, Value... inputs) {
        return f.node(type, "v" + names++, List.of(inputs));
    }

    private Value ints(long... values) {
        return f.integers("i" + names++, values);
    }

    private Value join(Value a, Value b) {
        return f.node("Concat", "v" + names++, List.of(a, b), Attribute.ofInt("axis", -1));
    }

    private Value part(long start, long end, long step) {
        return op("Slice", x, ints(start), ints(end), ints(-1), ints(step));
    }

    private Value positions() {
        Value existing = f.graph().value("positions");
        return existing != null
                ? existing
                : f.graph().addInput("positions", ValueType.tensor(DataType.INT64, 2, 5));
    }

    private Value spread(Value ofTokens) {
        return op("Unsqueeze", ofTokens, ints(1));
    }

    private Value rotated(Value a, Value b, Value cos, Value sin) {
        Value real = op("Sub", op("Mul", a, cos), op("Mul", sin, b));
        return join(real, op("Add", op("Mul", b, cos), op("Mul", a, sin)));
    }

    private List<String> after(Value y, int changes) {
        f.output(y, 2, 3, 5, 8);
        return operators(f.after(new RotaryFusion(), changes));
    }

    @Test
    void halvesByATable() {
        Value cos = spread(op("Gather", f.weights("cos", 9, 4), positions()));
        Value sin = spread(op("Gather", f.weights("sin", 9, 4), positions()));
        Value y = rotated(part(0, 4, 1), part(4, Long.MAX_VALUE, 1), cos, sin);
        assertEquals(List.of("RotaryEmbedding"), after(y, 1));
    }

    @Test
    void halvesOfASplitByAnglesOfTokens() {
        Value a = f.graph().newValue("a", null);
        Value b = f.graph().newValue("b", null);
        f.graph().add("", "Split", "", List.of(x), List.of(a, b)).set(Attribute.ofInt("axis", 3));
        Value y = rotated(a, b, spread(f.input("cos", 2, 5, 4)), spread(f.input("sin", 2, 5, 4)));
        assertEquals(List.of("RotaryEmbedding"), after(y, 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void halvesByDoubledAngles(boolean table) {
        Value cos;
        Value sin;
        if (table) {
            cos = op("Gather", twice(Math::cos), positions());
            sin = op("Gather", twice(Math::sin), positions());
        } else {
            Value angles = f.input("angles", 2, 5, 4);
            Value doubled = join(angles, angles);
            Value scale = f.constant("scale", new float[] {1.25f}, 1);
            cos = op("Mul", op("Cos", doubled), scale);
            sin = op("Mul", op("Sin", doubled), scale);
        }
        Value turned = join(op("Neg", part(4, 8, 1)), part(0, 4, 1));
        Value y = op("Add", op("Mul", x, spread(cos)), op("Mul", turned, spread(sin)));
        assertEquals(
                table
                        ? List.of("RotaryEmbedding")
                        : List.of("Cos", "Mul", "Sin", "Mul", "RotaryEmbedding"),
                after(y, 1));
    }

    private Value twice(DoubleUnaryOperator of) {
        float[] values = new float[9 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) of.applyAsDouble(i / 8 * Math.pow(0.1, i % 4));
        }
        return f.graph().addInitializer("table" + names++, Tensor.ofFloats(values, 9, 8));
    }

    @Test
    void neighbours() {
        Value cos = spread(f.input("cos", 2, 5, 4));
        Value sin = spread(f.input("sin", 2, 5, 4));
        Value a = part(0, 8, 2);
        Value b = part(1, 8, 2);
        Value real = op("Sub", op("Mul", a, cos), op("Mul", b, sin));
        Value imaginary = op("Add", op("Mul", a, sin), op("Mul", b, cos));
        Value pairs = join(op("Unsqueeze", real, ints(4)), op("Unsqueeze", imaginary, ints(-1)));
        assertEquals(List.of("RotaryEmbedding"), after(op("Reshape", pairs, ints(0, 0, 0, 8)), 1));
    }

    @Test
    void theOtherDirectionStays() {
        Value cos = spread(f.input("cos", 2, 5, 4));
        Value sin = spread(f.input("sin", 2, 5, 4));
        Value a = part(0, 4, 1);
        Value b = part(4, 8, 1);
        Value real = op("Sub", op("Mul", b, sin), op("Mul", a, cos));
        after(join(real, op("Add", op("Mul", b, cos), op("Mul", a, sin))), 0);
    }

    @Test
    void anglesThatDifferBetweenTheHalvesStay() {
        Value cos = spread(f.input("cos", 2, 5, 8));
        Value sin = spread(f.input("sin", 2, 5, 8));
        Value turned = join(op("Neg", part(4, 8, 1)), part(0, 4, 1));
        after(op("Add", op("Mul", x, cos), op("Mul", turned, sin)), 0);
    }

    @Test
    void anglesForAllOfTheBatchStay() {
        Value cos = spread(f.input("cos", 1, 5, 4));
        Value sin = spread(f.input("sin", 1, 5, 4));
        after(rotated(part(0, 4, 1), part(4, 8, 1), cos, sin), 0);
    }

    @Test
    void halvesThatSomebodyElseReadsDoNotMatter() {
        Value cos = spread(f.input("cos", 2, 5, 4));
        Value sin = spread(f.input("sin", 2, 5, 4));
        Value a = part(0, 4, 1);
        f.output(a, 2, 3, 5, 4);
        assertEquals(
                List.of("Slice", "RotaryEmbedding"), after(rotated(a, part(4, 8, 1), cos, sin), 1));
    }
}
