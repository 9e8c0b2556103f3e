package ai.tenon.passes.fusion.internal.transformer;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.passes.testing.Fixture;
import ai.tenon.passes.testing.Running;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layer and RMS normalisations in their spellings. */
class NormFusionTest {
    private final Fixture f = new Fixture(13);
    private int names;

    private Value op(String type, Value... inputs) {
        return f.node(type, "v" + names++, List.of(inputs));
    }

    private Value number(double value) {
        return f.constant("c" + names++, new float[] {(float) value}, 1);
    }

    private Value mean(Value of, long axis) {
        return f.node("ReduceMean", "v" + names++, List.of(of), Attribute.ofInts("axes", axis));
    }

    private Value cast(Value of, DataType type) {
        return f.node("Cast", "v" + names++, List.of(of), Attribute.ofInt("to", type.code()));
    }

    private Value deviation(Value squared, long axis) {
        return op("Sqrt", op("Add", mean(squared, axis), number(1e-5)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void layerNormalizations(int spelling) {
        Value x = f.input("x", -1, 5, 8);
        long axis = spelling % 2 == 0 ? -1 : 2;
        Value d = op("Sub", x, mean(x, axis));
        Value again = spelling == 2 ? op("Sub", x, mean(x, axis)) : d;
        Value squared = spelling == 1 ? op("Mul", d, d) : op("Pow", again, number(2));
        Value root = deviation(squared, axis);
        Value normalized =
                switch (spelling) {
                    case 1 -> op("Mul", op("Reciprocal", root), d);
                    case 3 -> op("Mul", d, op("Div", number(1), root));
                    default -> op("Div", d, root);
                };
        Value scaled = op("Mul", f.weights("scale", 8), normalized);
        Value y = spelling == 3 ? scaled : op("Add", scaled, f.weights("bias", 1, 8));
        f.output(y, -1, 5, 8);
        Model after = f.after(new LayerNormFusion(), 1);
        assertEquals(List.of("LayerNormalization"), operators(after));
        assertEquals(spelling == 3 ? 2 : 3, after.graph().nodes().get(0).inputs().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void rmsNormalizations(int spelling) {
        Value x = f.input("x", -1, 5, 8);
        Value squared = spelling == 1 ? op("Mul", x, x) : op("Pow", x, number(2));
        Value sum = op("Add", number(1e-5), mean(squared, -1));
        Value normalized =
                switch (spelling) {
                    case 1 -> op("Mul", x, op("Reciprocal", op("Sqrt", sum)));
                    case 2 -> op("Mul", op("Pow", sum, number(-0.5)), x);
                    case 3 -> op("Div", x, op("Pow", sum, number(0.5)));
                    default -> op("Div", x, op("Sqrt", sum));
                };
        f.output(op("Mul", normalized, f.weights("scale", 8)), -1, 5, 8);
        assertEquals(List.of("RMSNormalization"), operators(f.after(new RmsNormFusion(), 1)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sixteenBitNumbersNormalizedIn32(boolean layer) {
        Value given = f.input("x", 2, 5, 8);
        Value x = cast(given, DataType.FLOAT16);
        Value wide = cast(x, DataType.FLOAT);
        Value d = layer ? op("Sub", wide, mean(wide, -1)) : wide;
        Value normalized = op("Div", d, deviation(op("Pow", d, number(2)), -1));
        Tensor halves = Numbers.of(DataType.FLOAT16, new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 8);
        Value scale = f.graph().addInitializer("scale", halves);
        Value y = op("Mul", cast(normalized, DataType.FLOAT16), scale);
        y.setType(ValueType.tensor(DataType.FLOAT16, 2, 5, 8));
        f.graph().addOutput(y);
        Model after = f.model().copy();
        var pass = layer ? new LayerNormFusion() : new RmsNormFusion();
        assertEquals(1, pass.apply(after, Map.of()).changes());
        assertEquals(
                List.of("Cast", layer ? "LayerNormalization" : "RMSNormalization"),
                operators(after));
        Running.assertSame(f.model(), after, 2e-3);
    }

    @Test
    void anotherAxisIsNotNormalizedAway() {
        Value x = f.input("x", 2, 8, 8);
        Value d = op("Sub", x, mean(x, 1));
        Value normalized = op("Div", d, deviation(op("Pow", d, number(2)), 1));
        f.output(op("Mul", normalized, f.weights("scale", 8)), 2, 8, 8);
        f.after(new LayerNormFusion(), 0);
        f.after(new RmsNormFusion(), 0);
    }

    @Test
    void theMeanOfSomethingElseIsNoLayerNormalization() {
        Value x = f.input("x", 2, 5, 8);
        Value d = op("Sub", x, mean(op("Abs", x), -1));
        Value normalized = op("Div", d, deviation(op("Pow", d, number(2)), -1));
        f.output(op("Mul", normalized, f.weights("scale", 8)), 2, 5, 8);
        f.after(new LayerNormFusion(), 0);
        assertEquals(
                List.of("Abs", "ReduceMean", "Sub", "RMSNormalization"),
                operators(f.after(new RmsNormFusion(), 1)));
    }

    @Test
    void aDeviationThatSomebodyElseReadsStays() {
        Value x = f.input("x", 2, 5, 8);
        Value d = op("Sub", x, mean(x, -1));
        f.output(d, 2, 5, 8);
        Value normalized = op("Div", d, deviation(op("Pow", d, number(2)), -1));
        f.output(op("Mul", normalized, f.weights("scale", 8)), 2, 5, 8);
        f.after(new LayerNormFusion(), 0);
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, true",
        "true, false, false",
        "false, true, false",
        "false, false, true"
    })
    void residualsJoin(boolean layer, boolean biased, boolean sumIsRead) {
        Fixture g = new Fixture(23);
        Value x = g.input("x", -1, 5, 8);
        Value skip = g.node("Relu", "skip", List.of(x));
        Value from = g.node("Neg", "from", List.of(x));
        Value added = biased ? g.node("Add", "a", List.of(g.weights("b", 8), from)) : from;
        Value sum = g.node("Add", "sum", List.of(skip, added));
        Value y =
                g.node(
                        layer ? "LayerNormalization" : "RMSNormalization",
                        "y",
                        List.of(sum, g.weights("scale", 8)),
                        Attribute.ofInt("axis", 2));
        g.output(y, -1, 5, 8);
        if (sumIsRead) {
            g.output(g.node("Abs", "z", List.of(sum)), -1, 5, 8);
            g.output(sum, -1, 5, 8);
        }
        String fused =
                layer
                        ? "com.microsoft.SkipLayerNormalization"
                        : "com.microsoft.SkipSimplifiedLayerNormalization";
        Model after = g.after(new SkipNormFusion(), 1);
        assertEquals(
                sumIsRead ? List.of("Relu", "Neg", fused, "Abs") : List.of("Relu", "Neg", fused),
                operators(after));
    }

    @Test
    void aReaderOfTheSumBeforeTheNormalizationIsMovedBehindIt() {
        Fixture g = new Fixture(17);
        Value x = g.input("x", 2, 5, 8);
        Value sum = g.node("Add", "sum", List.of(g.node("Relu", "r", List.of(x)), x));
        g.output(g.node("Neg", "z", List.of(sum)), 2, 5, 8);
        Value y = g.node("LayerNormalization", "y", List.of(sum, g.weights("scale", 8)));
        g.output(y, 2, 5, 8);
        assertEquals(
                List.of("Relu", "com.microsoft.SkipLayerNormalization", "Neg"),
                operators(g.after(new SkipNormFusion(), 1)));
    }

    @Test
    void whatBroadcastsIsNoResidual() {
        Fixture g = new Fixture(17);
        Value x = g.input("x", 2, 5, 8);
        Value sum = g.node("Add", "sum", List.of(x, g.input("row", 2, 1, 8)));
        g.output(g.node("LayerNormalization", "y", List.of(sum, g.weights("scale", 8))), 2, 5, 8);
        g.after(new SkipNormFusion(), 0);
    }
}
