package ai.tenon.passes.fusion.internal.conv;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Value;
import ai.tenon.passes.testing.Fixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChainsTest {
    private final Fixture f = new Fixture(13);

    @ParameterizedTest
    @CsvSource({
        "Add, false, Sub, true, Sub",
        "Sub, true, Sub, true, Add",
        "Sub, false, Add, true, Add",
        "Mul, true, Div, false, Mul",
        "Div, false, Div, false, Mul"
    })
    void twoConstantsBecomeOne(
            String first, boolean leftFirst, String second, boolean leftSecond, String result) {
        Value x = f.input("x", 2, 3, 4);
        Value a = f.positive("a", 3, 1);
        Value between = f.node(first, "m", leftFirst ? List.of(a, x) : List.of(x, a));
        Value b = f.positive("b", 1, 3, 4);
        Value y = f.node(second, "y", leftSecond ? List.of(b, between) : List.of(between, b));
        f.output(y, 2, 3, 4);

        assertEquals(List.of(result), operators(f.after(new ConstantChain(), 1)));
    }

    @Test
    void constantsThatWouldGrowOrMixOrArePrivateToNobodyStay() {
        Value x = f.input("x", 2, 3, 4);
        Value a = f.node("Mul", "a", List.of(x, f.weights("k", 3, 1)));
        Value grown = f.node("Mul", "g", List.of(a, f.weights("l", 4)));
        Value mixed = f.node("Add", "m", List.of(grown, f.weights("n", 1)));
        f.output(f.node("Add", "y", List.of(mixed, f.weights("o", 1))), 2, 3, 4);
        f.output(f.node("Relu", "r", List.of(mixed)), 2, 3, 4);

        f.after(new ConstantChain(), 0);
    }

    @Test
    void aConstantDividedStays() {
        Value x = f.node("Mul", "m", List.of(f.input("x", 2, 3), f.weights("k", 1)));
        f.output(f.node("Div", "y", List.of(f.weights("c", 3), x)), 2, 3);

        f.after(new ConstantChain(), 0);
    }

    @Test
    void matMulsWithBiasesBecomeOne() {
        Value a = f.node("MatMul", "a", List.of(f.input("x", 2, 3, 8), f.weights("w", 8, 9)));
        Value sum = f.node("Add", "s", List.of(a, f.weights("c", 9)));
        f.output(f.node("MatMul", "y", List.of(sum, f.weights("v", 9, 6))), 2, 3, 6);

        assertEquals(List.of("MatMul", "Add"), operators(f.after(new MatMulChain(), 1)));
    }

    @Test
    void gemmsBecomeOne() {
        Value a =
                f.node(
                        "Gemm",
                        "a",
                        List.of(f.input("x", 2, 8), f.weights("w", 9, 8), f.weights("c", 9)),
                        Attribute.ofInt("transB", 1),
                        Attribute.ofFloat("alpha", 0.5f));
        Value y =
                f.node(
                        "Gemm",
                        "y",
                        List.of(a, f.weights("v", 9, 6), f.weights("d", 6)),
                        Attribute.ofFloat("alpha", 2),
                        Attribute.ofFloat("beta", 3));
        f.output(y, 2, 6);

        assertEquals(List.of("Gemm"), operators(f.after(new MatMulChain(), 1)));
    }

    @Test
    void aBottleneckThatSavesWorkStays() {
        Value a = f.node("MatMul", "a", List.of(f.input("x", 2, 8), f.weights("w", 8, 2)));
        f.output(f.node("MatMul", "y", List.of(a, f.weights("v", 2, 8))), 2, 8);

        f.after(new MatMulChain(), 0);
    }

    private Value conv(String out, Value x, long from, long to, long kernel, long... pads) {
        return f.node(
                "Conv",
                out,
                List.of(
                        x,
                        f.weights(out + ".w", to, from, kernel, kernel),
                        f.weights(out + ".b", to)),
                Attribute.ofInts("pads", pads),
                Attribute.ofInts("kernel_shape", kernel, kernel));
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 0", "3, 1, 1", "1, 1, 0"})
    void aConvAndOneOfOneElementBecomeOne(long first, long second, long pad) {
        Value a = conv("a", f.input("x", 1, 3, 6, 6), 3, 9, first, pad, pad, 0, 0);
        f.output(conv("y", a, 9, 4, second, 0, 0, 0, 0), 1, 4, -1, -1);

        assertEquals(List.of("Conv"), operators(f.after(new ConvChain(), 1)));
    }

    @Test
    void aBiasBeforePaddingStays() {
        Value a = conv("a", f.input("x", 1, 3, 6, 6), 3, 9, 1, 0, 0, 0, 0);
        f.output(conv("y", a, 9, 4, 3, 1, 1, 1, 1), 1, 4, 6, 6);

        f.after(new ConvChain(), 0);
    }

    @Test
    void withoutABiasPaddingDoesNotMatter() {
        Value a =
                f.node("Conv", "a", List.of(f.input("x", 1, 3, 6, 6), f.weights("w", 9, 3, 1, 1)));
        f.output(conv("y", a, 9, 4, 3, 1, 1, 1, 1), 1, 4, 6, 6);

        assertEquals(List.of("Conv"), operators(f.after(new ConvChain(), 1)));
    }

    @Test
    void convsThatSaveWorkTogetherStay() {
        Value a = conv("a", f.input("x", 1, 8, 6, 6), 8, 2, 1, 0, 0, 0, 0);
        f.output(conv("y", a, 2, 8, 1, 0, 0, 0, 0), 1, 8, 6, 6);

        f.after(new ConvChain(), 0);
    }

    @Test
    void matrixProductAndBiasBecomeAGemm() {
        Value a = f.node("MatMul", "a", List.of(f.input("x", 2, 8), f.weights("w", 8, 3)));
        f.output(f.node("Add", "y", List.of(f.weights("b", 3), a)), 2, 3);

        assertEquals(List.of("Gemm"), operators(f.after(new MatMulAdd(), 1)));
    }

    @Test
    void productsOfMoreDimensionsStay() {
        Value a = f.node("MatMul", "a", List.of(f.input("x", 1, 2, 8), f.weights("w", 8, 3)));
        f.output(f.node("Add", "y", List.of(a, f.weights("b", 3))), 1, 2, 3);

        f.after(new MatMulAdd(), 0);
    }
}
