package ai.tenon.passes.fusion.internal.conv;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.testing.Fixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InputFoldingTest {
    private final Fixture f = new Fixture(13);
    private final GraphPass pass = new InputFolding();

    private Value conv(Value x, long group, long pad) {
        return f.node(
                "Conv",
                "y",
                List.of(x, f.weights("w", 6, 4 / group, 3, 3)),
                Attribute.ofInt("group", group),
                Attribute.ofInts("strides", 2, 1),
                Attribute.ofInts("pads", pad, pad, pad, pad));
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void foldsBatchNormalizationBeforeAConvWithoutPadding(long group) {
        Value x = f.normalized("n", f.input("x", 1, 4, 6, 6), 4);
        f.output(conv(x, group, 0), 1, 6, -1, -1);

        assertEquals(List.of("Conv"), operators(f.after(pass, 1)));
    }

    @Test
    void foldsNormalisationOfPictures() {
        Value centred =
                f.node("Sub", "c", List.of(f.input("x", 1, 4, 6, 6), f.weights("m", 4, 1, 1)));
        Value x = f.node("Div", "n", List.of(centred, f.positive("s", 1, 4, 1, 1)));
        f.output(conv(x, 1, 0), 1, 6, -1, -1);

        assertEquals(List.of("Conv"), operators(f.after(pass, 1)));
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void foldsNormalisationOfPicturesWithTheChannelsLast(long pad) {
        Value x = f.input("x", 1, 6, 6, 4);
        Value scaled = f.node("Div", "s", List.of(x, f.positive("d", 1)));
        Value centred = f.node("Sub", "c", List.of(scaled, f.weights("m", 4)));
        Value first =
                f.node("Transpose", "t", List.of(centred), Attribute.ofInts("perm", 0, 3, 1, 2));
        Value more = f.node("Mul", "n", List.of(first, f.positive("k", 4, 1, 1)));
        f.output(conv(more, 2, pad), 1, 6, -1, -1);

        assertEquals(
                pad == 0 ? List.of("Transpose", "Conv") : List.of("Transpose", "Add", "Conv"),
                operators(f.after(pass, 1)));
    }

    @Test
    void keepsOneAddBeforeAConvWithPadding() {
        Value centred =
                f.node("Sub", "c", List.of(f.input("x", 1, 4, 6, 6), f.weights("m", 4, 1, 1)));
        Value x = f.node("Div", "n", List.of(centred, f.positive("s", 1, 4, 1, 1)));
        f.output(conv(x, 1, 1), 1, 6, -1, -1);

        var after = f.after(pass, 1);

        assertEquals(List.of("Add", "Conv"), operators(after));
        assertEquals(0, pass.apply(after, java.util.Map.of()).changes());
    }

    @Test
    void scaleAloneIsFoldedInSpiteOfPadding() {
        Value x = f.node("Div", "n", List.of(f.input("x", 1, 4, 6, 6), f.positive("s", 1)));
        f.output(conv(x, 2, 1), 1, 6, -1, -1);

        assertEquals(List.of("Conv"), operators(f.after(pass, 1)));
    }

    @Test
    void batchNormalizationBeforeAPaddedConvStays() {
        Value x = f.normalized("n", f.input("x", 1, 4, 6, 6), 4);
        f.output(conv(x, 1, 1), 1, 6, -1, -1);

        f.after(pass, 0);
    }

    @Test
    void automaticPaddingCountsAsPadding() {
        Value x = f.normalized("n", f.input("x", 1, 4, 6, 6), 4);
        Value y =
                f.node(
                        "Conv",
                        "y",
                        List.of(x, f.weights("w", 6, 4, 3, 3)),
                        Attribute.ofString("auto_pad", "SAME_LOWER"));
        f.output(y, 1, 6, 6, 6);

        f.after(pass, 0);
    }

    @Test
    void constantsThatGiveTheInputItsChannelsStay() {
        Value x = f.node("Mul", "n", List.of(f.input("x", 1, 1, 6, 6), f.weights("s", 4, 1, 1)));
        f.output(conv(x, 1, 0), 1, 6, -1, -1);

        f.after(pass, 0);
    }

    @Test
    void resultsThatOthersReadStay() {
        Value x = f.normalized("n", f.input("x", 1, 4, 6, 6), 4);
        f.output(conv(x, 1, 0), 1, 6, -1, -1).output(f.node("Relu", "r", List.of(x)), 1, 4, 6, 6);

        f.after(pass, 0);
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void foldsBatchNormalizationBeforeGemm(long transposed) {
        Value x = f.normalized("n", f.input("x", 2, 4), 4);
        Value w = transposed == 0 ? f.weights("w", 4, 3) : f.weights("w", 3, 4);
        f.output(
                f.node(
                        "Gemm",
                        "y",
                        List.of(x, w),
                        Attribute.ofInt("transB", transposed),
                        Attribute.ofFloat("alpha", 0.5f)),
                2,
                3);

        assertEquals(List.of("Gemm"), operators(f.after(pass, 1)));
    }

    @Test
    void foldsBatchNormalizationBeforeMatMulIntoItsBias() {
        Value x = f.normalized("n", f.input("x", 2, 4), 4);
        Value product = f.node("MatMul", "p", List.of(x, f.weights("w", 4, 3)));
        f.output(f.node("Add", "y", List.of(product, f.weights("b", 3))), 2, 3);

        assertEquals(List.of("MatMul", "Add"), operators(f.after(pass, 1)));
    }

    @Test
    void scaleAndShiftBeforeAMatMulStayForLayerNorm() {
        Value x = f.node("Mul", "n", List.of(f.input("x", 2, 4), f.weights("s", 4)));
        f.output(f.node("MatMul", "y", List.of(x, f.weights("w", 4, 3))), 2, 3);

        f.after(pass, 0);
    }
}
