package ai.tenon.passes.fusion.internal.conv;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.testing.Fixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ParallelConvsTest {
    private final Fixture f = new Fixture(13);
    private final GraphPass pass = new ParallelConvs();

    private Value conv(String out, Value x, long kernel, long pad, long group, long stride) {
        return f.node(
                "Conv",
                out,
                List.of(
                        x,
                        f.weights(out + ".w", 4, 4 / group, kernel, kernel),
                        f.weights(out + ".b", 4)),
                Attribute.ofInt("group", group),
                Attribute.ofInts("pads", pad, pad, pad, pad),
                Attribute.ofInts("strides", stride, stride));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4"})
    void branchesOfRepVggBecomeOneConv(long group) {
        Value x = f.input("x", 1, 4, 6, 6);
        Value large = f.normalized("a", conv("c3", x, 3, 1, group, 1), 4);
        Value small = f.normalized("b", conv("c1", x, 1, 0, group, 1), 4);
        Value sum = f.node("Add", "s", List.of(large, small));
        f.output(f.node("Add", "y", List.of(sum, f.normalized("i", x, 4))), 1, 4, 6, 6);
        new ConvBatchNormalization().apply(f.model(), Map.of());

        assertEquals(List.of("Conv"), operators(f.after(pass, 2)));
    }

    @Test
    void theInputItselfCountsWhereBranchesWereMerged() {
        Value x = f.input("x", 1, 4, 6, 6);
        List<Value> addends = List.of(conv("c1", x, 1, 0, 1, 1), x, conv("c3", x, 3, 1, 1, 1));
        f.output(f.node("Sum", "y", addends), 1, 4, 6, 6);

        assertEquals(List.of("Conv"), operators(f.after(pass, 2)));
    }

    @Test
    void aResidualOfOneConvStays() {
        Value x = f.input("x", 1, 4, 6, 6);
        f.output(f.node("Add", "y", List.of(conv("c3", x, 3, 1, 1, 1), x)), 1, 4, 6, 6);

        f.after(pass, 0);
    }

    @Test
    void branchesWithStrideMerge() {
        Value x = f.input("x", 1, 4, 7, 7);
        f.output(
                f.node("Add", "y", List.of(conv("c1", x, 1, 0, 1, 2), conv("c3", x, 3, 1, 1, 2))),
                1,
                4,
                4,
                4);

        assertEquals(List.of("Conv"), operators(f.after(pass, 1)));
    }

    @Test
    void automaticPaddingAndDilationAreUnderstood() {
        Value x = f.input("x", 1, 4, 6, 6);
        Value wide =
                f.node(
                        "Conv",
                        "a",
                        List.of(x, f.weights("wa", 4, 4, 5, 5)),
                        Attribute.ofString("auto_pad", "SAME_UPPER"));
        Value dilated =
                f.node(
                        "Conv",
                        "b",
                        List.of(x, f.weights("wb", 4, 4, 3, 3)),
                        Attribute.ofInts("dilations", 2, 2),
                        Attribute.ofInts("pads", 2, 2, 2, 2));
        f.output(f.node("Add", "y", List.of(dilated, wide)), 1, 4, 6, 6);

        assertEquals(List.of("Conv"), operators(f.after(pass, 1)));
    }

    @Test
    void windowsThatDoNotFitStay() {
        Value x = f.input("x", 1, 4, 6, 6);
        Value even =
                f.node(
                        "Conv",
                        "e",
                        List.of(x, f.weights("we", 4, 4, 3, 1)),
                        Attribute.ofInts("pads", 1, 0, 1, 0));
        Value other =
                f.node(
                        "Conv",
                        "o",
                        List.of(x, f.weights("wo", 4, 4, 1, 3)),
                        Attribute.ofInts("pads", 0, 1, 0, 1));
        f.output(f.node("Add", "y", List.of(even, other)), 1, 4, 6, 6);

        f.after(pass, 0);
    }

    @Test
    void sumsThatGrowByBroadcastingStay() {
        Value x = f.input("x", 1, 4, 3, 3);
        f.output(
                f.node("Add", "y", List.of(conv("c1", x, 1, 0, 1, 1), conv("c3", x, 3, 0, 1, 1))),
                1,
                4,
                3,
                3);

        f.after(pass, 0);
    }

    @Test
    void branchesOfOtherInputsOrWithOtherReadersStay() {
        Value x = f.input("x", 1, 4, 6, 6);
        Value z = f.input("z", 1, 4, 6, 6);
        Value shared = conv("c1", x, 1, 0, 1, 1);
        List<Value> addends = new ArrayList<>(List.of(shared, conv("c3", x, 3, 1, 1, 1)));
        f.output(f.node("Add", "y", addends), 1, 4, 6, 6);
        f.output(f.node("Relu", "r", List.of(shared)), 1, 4, 6, 6);
        f.output(
                f.node("Add", "q", List.of(conv("d1", x, 1, 0, 1, 1), conv("d3", z, 3, 1, 1, 1))),
                1,
                4,
                6,
                6);

        f.after(pass, 0);
    }
}
