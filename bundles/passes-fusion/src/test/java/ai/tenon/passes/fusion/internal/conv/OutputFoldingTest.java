package ai.tenon.passes.fusion.internal.conv;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.testing.Fixture;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OutputFoldingTest {
    private final Fixture f = new Fixture(13);
    private final GraphPass batchNorm = new ConvBatchNormalization();

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, NOTSET",
        "2, 1, 1, NOTSET",
        "4, 2, 1, SAME_UPPER",
        "1, 1, 2, NOTSET",
        "2, 1, 2, VALID"
    })
    void foldsIntoConvolutionsOfAllKinds(long group, long stride, long dilation, String pad) {
        Value x = f.input("x", 1, 4, 9, 8);
        Value conv =
                f.node(
                        "Conv",
                        "c",
                        List.of(x, f.weights("w", 6 * group, 4 / group, 3, 2)),
                        Attribute.ofInt("group", group),
                        Attribute.ofInts("strides", stride, stride),
                        Attribute.ofInts("dilations", dilation, dilation),
                        Attribute.ofString("auto_pad", pad));
        f.output(f.normalized("y", conv, 6 * group), -1, -1, -1, -1);

        assertEquals(List.of("Conv"), operators(f.after(batchNorm, 1)));
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void foldsIntoTransposedConvolutions(long group) {
        Value x = f.input("x", 1, 4, 5, 5);
        Value conv =
                f.node(
                        "ConvTranspose",
                        "c",
                        List.of(x, f.weights("w", 4, 3, 3, 3), f.weights("b", 3 * group)),
                        Attribute.ofInt("group", group),
                        Attribute.ofInts("strides", 2, 2),
                        Attribute.ofInts("pads", 1, 1, 1, 1));
        f.output(f.normalized("y", conv, 3 * group), -1, -1, -1, -1);

        assertEquals(List.of("ConvTranspose"), operators(f.after(batchNorm, 1)));
    }

    @ParameterizedTest
    @CsvSource({"0, 1.0, 1.0", "1, 0.5, 3.0"})
    void foldsIntoGemm(long transposed, float alpha, float beta) {
        Value x = f.input("x", 2, 4);
        Value w = transposed == 0 ? f.weights("w", 4, 5) : f.weights("w", 5, 4);
        Value gemm =
                f.node(
                        "Gemm",
                        "c",
                        List.of(x, w, f.weights("b", 1, 5)),
                        Attribute.ofInt("transB", transposed),
                        Attribute.ofFloat("alpha", alpha),
                        Attribute.ofFloat("beta", beta));
        f.output(f.normalized("y", gemm, 5), 2, 5);

        assertEquals(List.of("Gemm"), operators(f.after(new MatMulBatchNormalization(), 1)));
    }

    @Test
    void foldsIntoMatMulAndItsBias() {
        Value x = f.input("x", 2, 4);
        Value product = f.node("MatMul", "p", List.of(x, f.weights("w", 4, 5)));
        Value sum = f.node("Add", "s", List.of(f.weights("b", 5), product));
        f.output(f.normalized("y", sum, 5), 2, 5);

        assertEquals(
                List.of("MatMul", "Add"), operators(f.after(new MatMulBatchNormalization(), 1)));
    }

    @Test
    void normalizationOfAnotherAxisThanTheMatMulsStays() {
        Value x = f.input("x", 2, 5, 4);
        Value product = f.node("MatMul", "p", List.of(x, f.weights("w", 4, 5)));
        f.output(f.normalized("y", product, 5), 2, 5, 5);

        f.after(new MatMulBatchNormalization(), 0);
    }

    @ParameterizedTest
    @CsvSource({"Mul, false", "Mul, true", "Add, true", "Div, false", "Sub, false", "Sub, true"})
    void foldsArithmeticPerChannel(String operator, boolean constantFirst) {
        Value conv =
                f.node("Conv", "c", List.of(f.input("x", 1, 2, 4, 4), f.weights("w", 3, 2, 3, 3)));
        Value constant = f.positive("k", 3, 1, 1);
        List<Value> inputs = constantFirst ? List.of(constant, conv) : List.of(conv, constant);
        f.output(f.node(operator, "y", inputs), 1, 3, 2, 2);

        assertEquals(List.of("Conv"), operators(f.after(new LayerScale(), 1)));
    }

    @Test
    void foldsChainsAtOnce() {
        Value conv =
                f.node("Conv", "c", List.of(f.input("x", 1, 2, 4, 4), f.weights("w", 3, 2, 3, 3)));
        Value scaled = f.node("Mul", "m", List.of(conv, f.weights("k", 1)));
        f.output(f.node("Add", "y", List.of(scaled, f.weights("a", 1, 3, 1, 1))), 1, 3, 2, 2);

        assertEquals(List.of("Conv"), operators(f.after(new LayerScale(), 2)));
    }

    @Test
    void constantsThatEnlargeOrDifferByPositionStay() {
        Value conv =
                f.node("Conv", "c", List.of(f.input("x", 1, 2, 4, 4), f.weights("w", 3, 2, 3, 3)));
        Value wide = f.node("Mul", "m", List.of(conv, f.weights("k", 3, 1, 2)));
        f.output(
                f.node("Add", "y", List.of(wide, f.weights("a", 1, 1, 3, 1, 1))),
                -1,
                -1,
                -1,
                -1,
                -1);

        f.after(new LayerScale(), 0);
    }

    @Test
    void matMulTakesScaleButKeepsItsBias() {
        Value product = f.node("MatMul", "p", List.of(f.input("x", 2, 3, 4), f.weights("w", 4, 5)));
        Value sum = f.node("Add", "s", List.of(product, f.weights("b", 5)));
        f.output(f.node("Mul", "y", List.of(sum, f.weights("k", 5))), 2, 3, 5);

        assertEquals(List.of("MatMul", "Add"), operators(f.after(new LayerScale(), 1)));
    }

    @Test
    void resultsThatOthersReadStay() {
        Value conv =
                f.node("Conv", "c", List.of(f.input("x", 1, 2, 4, 4), f.weights("w", 3, 2, 3, 3)));
        f.output(f.normalized("y", conv, 3), 1, 3, 2, 2);
        f.output(f.node("Relu", "z", List.of(conv)), 1, 3, 2, 2);

        f.after(batchNorm, 0);
    }

    @Test
    void resultsThatAreOutputsStay() {
        Value conv =
                f.node("Conv", "c", List.of(f.input("x", 1, 2, 4, 4), f.weights("w", 3, 2, 3, 3)));
        f.output(conv, 1, 3, 2, 2).output(f.normalized("y", conv, 3), 1, 3, 2, 2);

        f.after(batchNorm, 0);
    }

    @Test
    void weightsOfTwoLayersAreNotChangedForBoth() {
        Value x = f.input("x", 1, 2, 4, 4);
        Value w = f.weights("w", 3, 2, 3, 3);
        f.output(f.normalized("y", f.node("Conv", "c", List.of(x, w)), 3), 1, 3, 2, 2);
        f.output(f.node("Conv", "z", List.of(x, w)), 1, 3, 2, 2);

        Model after = f.after(batchNorm, 1);

        List<Value> weights = after.graph().nodes().stream().map(node -> node.input(1)).toList();
        assertNotSame(weights.get(0), weights.get(1));
    }

    @Test
    void weightsThatACallerMayGiveStay() {
        Value x = f.input("x", 1, 2, 4, 4);
        Value w = f.input("w", 3, 2, 3, 3);
        float[] values = new float[54];
        Arrays.fill(values, 0.5f);
        f.graph().setConstant(w, ai.tenon.graph.Tensor.ofFloats(values, 3, 2, 3, 3));
        f.output(f.normalized("y", f.node("Conv", "c", List.of(x, w)), 3), 1, 3, 2, 2);

        f.after(batchNorm, 0);
    }

    @Test
    void normalizationInTrainingStays() {
        Value conv =
                f.node("Conv", "c", List.of(f.input("x", 2, 2, 4, 4), f.weights("w", 3, 2, 3, 3)));
        Value y = f.normalized("y", conv, 3);
        f.graph()
                .insertBefore(
                        y.producer(),
                        "",
                        "Identity",
                        "",
                        List.of(conv),
                        List.of(f.graph().newValue("i", null)));
        y.producer().set(Attribute.ofInt("training_mode", 1));
        f.output(y, 2, 3, 2, 2);

        assertEquals(0, batchNorm.apply(f.model(), java.util.Map.of()).changes());
    }

    @Test
    void theLastValueKeepsItsNameAndUnusedConstantsGo() {
        Value conv =
                f.node("Conv", "c", List.of(f.input("x", 1, 2, 4, 4), f.weights("w", 3, 2, 3, 3)));
        Value relu = f.node("Relu", "r", List.of(f.normalized("y", conv, 3)));
        f.output(relu, 1, 3, 2, 2);

        Model after = f.after(batchNorm, 1);

        assertEquals("y", after.graph().nodes().get(0).output(0).name());
        assertEquals(2, after.graph().initializers().size());
    }
}
