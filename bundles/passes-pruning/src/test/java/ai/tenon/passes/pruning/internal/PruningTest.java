package ai.tenon.passes.pruning.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.passes.testing.Fixture;
import ai.tenon.passes.testing.Running;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PruningTest {
    private final Fixture f = new Fixture(14);

    private static float[] weights(Model model, String name) {
        return ((Tensor) model.graph().value(name).constant()).toFloats();
    }

    private static long zeros(float[] values) {
        long zeros = 0;
        for (float value : values) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }

    private void layers() {
        Value a = f.node("MatMul", "a", List.of(f.input("x", 2, 8), f.weights("w", 8, 5)));
        f.output(f.node("MatMul", "y", List.of(a, f.weights("v", 5, 4))), 2, 4);
    }

    @Test
    void theSmallestWeightsOfEveryLayerGo() {
        layers();
        float[] before = weights(f.model(), "w");

        PassResult result = new PruneMagnitude().apply(f.model(), Map.of("sparsity", "0.25"));

        float[] after = weights(f.model(), "w");
        assertEquals(2, result.changes());
        assertEquals("15 of 60 weights of 2 layers set to 0", result.notes().get(0));
        assertEquals(10, zeros(after));
        float largestGone = 0;
        float smallestKept = 1;
        for (int i = 0; i < after.length; i++) {
            if (after[i] == 0) {
                largestGone = Math.max(largestGone, Math.abs(before[i]));
            } else {
                assertEquals(before[i], after[i]);
                smallestKept = Math.min(smallestKept, Math.abs(after[i]));
            }
        }
        assertTrue(largestGone <= smallestKept);
    }

    @Test
    void twoOfFourGoAlongTheSum() {
        layers();

        PassResult result = new PruneMagnitude().apply(f.model(), Map.of("pattern", "2:4"));

        float[] w = weights(f.model(), "w");
        for (int column = 0; column < 5; column++) {
            for (int group = 0; group < 8; group += 4) {
                int zeros = 0;
                for (int i = 0; i < 4; i++) {
                    zeros += w[(group + i) * 5 + column] == 0 ? 1 : 0;
                }
                assertEquals(2, zeros);
            }
        }
        assertEquals(0, zeros(weights(f.model(), "v")), "its sums are of 5");
        assertEquals("20 of 60 weights of 2 layers set to 0", result.notes().get(0));
    }

    @Test
    void originalsOfACopyStay() {
        layers();
        Model copy = f.model().copy();

        new PruneMagnitude().apply(copy, Map.of());

        assertEquals(0, zeros(weights(f.model(), "w")));
    }

    @ParameterizedTest
    @CsvSource({"sparsity, 1", "sparsity, -0.1", "sparsity, much", "sparsity, NaN", "pattern, 1:4"})
    void badSettingsAreNamed(String name, String value) {
        layers();
        GraphPass pass = new PruneMagnitude();
        Map<String, String> settings = Map.of(name, value);

        var e = assertThrows(IllegalArgumentException.class, () -> pass.apply(f.model(), settings));

        assertTrue(e.getMessage().contains(name + "=" + value), e.getMessage());
    }

    private Value conv(String out, Value x, long from, long to) {
        return f.node(
                "Conv",
                out,
                List.of(x, f.weights(out + ".w", to, from, 3, 3), f.weights(out + ".b", to)),
                Attribute.ofInts("pads", 1, 1, 1, 1));
    }

    @ParameterizedTest
    @CsvSource({"l1, 2", "l2, 1"})
    void theWeakestChannelsGo(String norm, int weakest) {
        Value hidden = f.node("Gemm", "a", List.of(f.input("x", 1, 2), f.weights("w", 2, 3)));
        f.output(f.node("Gemm", "y", List.of(hidden, f.weights("v", 3, 2))), 1, 2);
        // channel 1 is weaker by the root of its squares, channel 2 by its sum
        f.graph()
                .setConstant(
                        f.graph().value("w"),
                        Tensor.ofFloats(new float[] {9, 2, 3, 9, 2, 0}, 2, 3));

        PassResult result =
                new PruneChannels().apply(f.model(), Map.of("ratio", "0.34", "norm", norm));

        assertEquals(List.of("1 of 3 channels of a removed"), result.notes());
        assertArrayEquals(
                weakest == 2 ? new float[] {9, 2, 9, 2} : new float[] {9, 3, 9, 0},
                weights(f.model(), "w"));
    }

    @Test
    void residualNetworksLoseTheSameChannelsEverywhere() {
        Value stem = conv("stem", f.input("x", 1, 2, 6, 6), 2, 8);
        Value a = f.node("Relu", "ra", List.of(conv("a", stem, 8, 6)));
        Value b = conv("b", a, 6, 8);
        Value sum = f.node("Relu", "r", List.of(f.node("Add", "s", List.of(stem, b))));
        f.output(conv("y", sum, 8, 3), 1, 3, 6, 6);

        PassResult result = new PruneChannels().apply(f.model(), Map.of("ratio", "0.5"));

        assertEquals(
                List.of("4 of 8 channels of stem, b removed", "3 of 6 channels of a removed"),
                result.notes());
        assertArrayEquals(
                new long[] {4, 3, 3, 3}, ((Tensor) f.graph().value("b.w").constant()).shape());
        assertEquals(
                List.of(1L, 3L, 6L, 6L),
                java.util.Arrays.stream(Running.run(f.model(), Map.of()).get(0).shape())
                        .boxed()
                        .toList());
    }

    @Test
    void whatTheBiasMakesOfAChannelIsKept() {
        Value a =
                f.node(
                        "Conv",
                        "a",
                        List.of(
                                f.input("x", 1, 2, 6, 6),
                                f.weights("w", 4, 2, 3, 3),
                                f.weights("b", 4)));
        f.output(
                f.node(
                        "Conv",
                        "y",
                        List.of(f.node("Sigmoid", "r", List.of(a)), f.weights("v", 3, 4, 3, 3))),
                1,
                3,
                2,
                2);
        float[] w = weights(f.model(), "w");
        java.util.Arrays.fill(w, 18, 36, 1e-7f);
        f.graph().setConstant(f.graph().value("w"), Tensor.ofFloats(w, 4, 2, 3, 3));
        Model pruned = f.model().copy();

        assertEquals(1, new PruneChannels().apply(pruned, Map.of()).changes());

        Running.assertSame(f.model(), pruned, 1e-4);
    }
}
