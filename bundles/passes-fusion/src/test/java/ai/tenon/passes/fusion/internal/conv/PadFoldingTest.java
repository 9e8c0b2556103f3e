package ai.tenon.passes.fusion.internal.conv;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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

final class PadFoldingTest {
    private final Fixture f = new Fixture(18);
    private final GraphPass pass = new PadFolding();

    private Value padded(Value x, float with, long... pads) {
        return f.node(
                "Pad",
                "p",
                List.of(x, f.integers("pads", pads), f.constant("v", new float[] {with})));
    }

    private Value conv(Value x, String autoPad, long... pads) {
        Value y =
                f.node(
                        "Conv",
                        "y",
                        List.of(x, f.weights("w", 3, 2, 3, 3)),
                        Attribute.ofString("auto_pad", autoPad),
                        Attribute.ofInts("strides", 2, 2));
        if (pads.length > 0) {
            y.producer().set(Attribute.ofInts("pads", pads));
        }
        return y;
    }

    @Test
    void convPadsItself() {
        Value p = padded(f.input("x", 1, 2, 7, 7), 0, 0, 0, 1, 0, 0, 0, 2, 1);
        f.output(conv(p, "NOTSET", 1, 1, 0, 0), 1, 3, -1, -1);

        Model after = f.after(pass, 1);

        assertEquals(List.of("Conv"), operators(after));
        assertArrayEquals(
                new long[] {2, 1, 2, 1}, after.graph().nodes().get(0).intsAttribute("pads", null));
    }

    @Test
    void convWithoutPaddingByNamePadsItself() {
        f.output(
                conv(padded(f.input("x", 1, 2, 7, 7), 0, 0, 0, 1, 1, 0, 0, 1, 1), "VALID"),
                1,
                3,
                -1,
                -1);

        assertEquals(List.of("Conv"), operators(f.after(pass, 1)));
    }

    @Test
    void axesThatAreNamedAreHeeded() {
        Value p =
                f.node(
                        "Pad",
                        "p",
                        Arrays.asList(
                                f.input("x", 1, 2, 7, 7),
                                f.integers("pads", 1, 2),
                                null,
                                f.integers("axes", -1)));
        f.output(conv(p, "NOTSET"), 1, 3, -1, -1);

        Model after = f.after(pass, 1);

        assertArrayEquals(
                new long[] {0, 1, 0, 2}, after.graph().nodes().get(0).intsAttribute("pads", null));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, 1, 1, 0, 0, 1, 1",
        "0, 0, 1, 1, 1, 0, 1, 1, 1",
        "0, 0, 0, -1, 1, 0, 0, 1, 1",
        "0, 1, 0, 1, 1, 1, 0, 1, 1"
    })
    void otherPaddingStays(
            float with, long a, long b, long c, long d, long e, long g, long h, long i) {
        Value p = padded(f.input("x", 1, 2, 7, 7), with, a, b, c, d, e, g, h, i);
        Value w = f.weights("w", 3, 2 + b + g, 3, 3);
        f.output(f.node("Conv", "y", List.of(p, w)), -1, 3, -1, -1);

        f.after(pass, 0);
    }

    @Test
    void automaticPaddingStays() {
        f.output(
                conv(padded(f.input("x", 1, 2, 7, 7), 0, 0, 0, 1, 1, 0, 0, 1, 1), "SAME_UPPER"),
                1,
                3,
                -1,
                -1);

        f.after(pass, 0);
    }

    @Test
    void reflectionStays() {
        Value p = padded(f.input("x", 1, 2, 7, 7), 0, 0, 0, 1, 1, 0, 0, 1, 1);
        p.producer().set(Attribute.ofString("mode", "reflect"));
        f.output(conv(p, "NOTSET"), 1, 3, -1, -1);

        f.after(pass, 0);
    }

    @Test
    void averagesCountTheZeros() {
        Value p = padded(f.input("x", 1, 2, 7, 7), 0, 0, 0, 1, 1, 0, 0, 1, 1);
        f.output(
                f.node("AveragePool", "y", List.of(p), Attribute.ofInts("kernel_shape", 3, 3)),
                1,
                2,
                -1,
                -1);

        Model after = f.after(pass, 1);

        assertEquals(List.of("AveragePool"), operators(after));
        assertEquals(1, after.graph().nodes().get(0).intAttribute("count_include_pad", 0));
    }

    @Test
    void averagesThatLeaveTheirOwnPaddingOutStay() {
        Value p = padded(f.input("x", 1, 2, 7, 7), 0, 0, 0, 1, 1, 0, 0, 1, 1);
        f.output(
                f.node(
                        "AveragePool",
                        "y",
                        List.of(p),
                        Attribute.ofInts("kernel_shape", 3, 3),
                        Attribute.ofInts("pads", 1, 0, 0, 0)),
                1,
                2,
                -1,
                -1);

        f.after(pass, 0);
    }

    @ParameterizedTest
    @CsvSource({"true, 0, 1", "false, 0, 0", "false, -Infinity, 1", "true, 0.5, 0"})
    void maximumTakesZerosWhereNothingIsLess(boolean relu, float with, int changes) {
        Value x = f.input("x", 1, 2, 7, 7);
        Value p = padded(relu ? f.node("Relu", "r", List.of(x)) : x, with, 0, 0, 1, 1, 0, 0, 1, 1);
        f.output(
                f.node(
                        "MaxPool",
                        "y",
                        List.of(p),
                        Attribute.ofInts("kernel_shape", 3, 3),
                        Attribute.ofInts("strides", 2, 2)),
                1,
                2,
                -1,
                -1);

        f.after(pass, changes);
    }

    @Test
    void paddingAsWideAsAMaximumsWindowStays() {
        Value p =
                padded(
                        f.node("Relu", "r", List.of(f.input("x", 1, 2, 7, 7))),
                        0,
                        0,
                        0,
                        2,
                        2,
                        0,
                        0,
                        2,
                        2);
        f.output(
                f.node("MaxPool", "y", List.of(p), Attribute.ofInts("kernel_shape", 2, 2)),
                1,
                2,
                -1,
                -1);

        f.after(pass, 0);
    }

    @Test
    void attributesOfOldModelsAreRead() {
        Fixture old = new Fixture(10);
        Value p =
                old.node(
                        "Pad",
                        "p",
                        List.of(old.input("x", 1, 2, 7, 7)),
                        Attribute.ofInts("pads", 0, 0, 1, 1, 0, 0, 1, 1));
        old.output(old.node("Conv", "y", List.of(p, old.weights("w", 3, 2, 3, 3))), 1, 3, -1, -1);

        assertEquals(List.of("Conv"), operators(old.after(pass, 1)));
    }
}
