package ai.tenon.passes.fusion.internal.transformer;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.passes.testing.Fixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeluFusionTest {
    private static final double ROOT = Math.sqrt(2 / Math.PI);

    private final Fixture f = new Fixture(13);
    private final Value x = f.input("x", -1, 5, 8);
    private int names;

    private Value op(String type, Value... inputs) {
        return f.node(type, "v" + names++, List.of(inputs));
    }

    private Value number(double value) {
        return f.constant("c" + names++, new float[] {(float) value}, 1);
    }

    private Model fused(Value y, int changes) {
        f.output(y, -1, 5, 8);
        return f.after(new GeluFusion(), changes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void spellingsWithErf(int spelling) {
        Value root2 = number(Math.sqrt(2));
        Value half = number(0.5);
        Value one = number(1);
        Value argument =
                spelling % 2 == 0 ? op("Div", x, root2) : op("Mul", number(Math.sqrt(0.5)), x);
        Value erf = op("Erf", argument);
        Value y =
                switch (spelling) {
                    case 0 -> op("Mul", op("Mul", x, op("Add", erf, one)), half);
                    case 1 -> op("Mul", op("Mul", x, half), op("Add", one, erf));
                    case 2 -> op("Mul", x, op("Mul", op("Add", erf, one), half));
                    case 3 -> op("Mul", op("Add", op("Mul", erf, half), half), x);
                    case 4 -> op("Div", op("Mul", op("Add", erf, one), x), number(2));
                    default -> op("Mul", op("Div", x, number(2)), op("Add", erf, one));
                };
        Model after = fused(y, 1);
        assertEquals(List.of("Gelu"), operators(after));
        assertEquals("none", after.graph().nodes().get(0).stringAttribute("approximate", ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void spellingsWithTanh(int spelling) {
        Value cube = number(0.044715);
        Value argument =
                switch (spelling) {
                    case 0 ->
                            op(
                                    "Mul",
                                    op("Add", x, op("Mul", op("Pow", x, number(3)), cube)),
                                    number(ROOT));
                    case 1 ->
                            op(
                                    "Mul",
                                    number(ROOT),
                                    op("Add", x, op("Mul", cube, op("Mul", op("Mul", x, x), x))));
                    case 2 -> {
                        Value square = op("Mul", op("Mul", x, cube), x);
                        yield op("Mul", op("Mul", x, number(ROOT)), op("Add", square, number(1)));
                    }
                    default ->
                            op(
                                    "Add",
                                    op("Mul", x, number(ROOT)),
                                    op("Mul", op("Pow", x, number(3)), number(ROOT * 0.044715)));
                };
        Value tanh = op("Add", op("Tanh", argument), number(1));
        Value y =
                spelling % 2 == 0
                        ? op("Mul", op("Mul", x, number(0.5)), tanh)
                        : op("Mul", op("Mul", x, tanh), number(0.5));
        Model after = fused(y, 1);
        assertEquals(List.of("Gelu"), operators(after));
        assertEquals("tanh", after.graph().nodes().get(0).stringAttribute("approximate", ""));
    }

    @Test
    void theSpellingWithSigmoid() {
        Value y = op("Mul", x, op("Sigmoid", op("Mul", x, number(1.702))));
        assertEquals(List.of("com.microsoft.QuickGelu"), operators(fused(y, 1)));
    }

    @Test
    void whatIsFedMayItselfBeAProduct() {
        Value fed = op("Mul", op("Add", x, number(0.3)), f.weights("w", 8));
        Value y =
                op(
                        "Mul",
                        op("Mul", fed, number(0.5)),
                        op("Add", op("Erf", op("Div", fed, number(Math.sqrt(2)))), number(1)));
        assertEquals(List.of("Add", "Mul", "Gelu"), operators(fused(y, 1)));
    }

    @Test
    void otherFactorsAreNoGelu() {
        Value erf = op("Erf", op("Div", x, number(1.5)));
        fused(op("Mul", op("Mul", x, op("Add", erf, number(1))), number(0.5)), 0);
    }

    @Test
    void anotherValueTimesTheFunctionIsNoGelu() {
        Value other = op("Neg", x);
        Value erf = op("Erf", op("Div", x, number(Math.sqrt(2))));
        fused(op("Mul", op("Mul", other, op("Add", erf, number(1))), number(0.5)), 0);
    }

    @Test
    void whatSomebodyElseReadsStays() {
        Value erf = op("Erf", op("Div", x, number(Math.sqrt(2))));
        Value sum = op("Add", erf, number(1));
        f.output(sum, -1, 5, 8);
        fused(op("Mul", op("Mul", x, sum), number(0.5)), 0);
    }
}
