package ai.tenon.datasets.internal.cmapss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RulRmseTest {
    private final Metric metric = new RulRmse();
    private final Metric.Accumulator accumulator = metric.start();

    @Test
    void theAnswerForAnEngineIsTheMeanOfItsWindows() {
        add(1, 10, 14);
        add(1, 10, 12);
        add(2, 50, 46);
        // engine 1 is told 13 instead of 10, engine 2 is told 46 instead of 50
        assertEquals(Math.sqrt((9 + 16) / 2.0), accumulator.value(), 1e-9);
    }

    @Test
    void theDropIsRelative() {
        assertEquals(1, metric.drop(15, 15.15), 1e-9);
    }

    @Test
    void nothingIsNoNumber() {
        assertTrue(Double.isNaN(accumulator.value()));
    }

    @Test
    void saysWhichLabelIsMissing() {
        Map<String, Tensor> output = Map.of("output", Tensor.ofFloats(new float[] {1}, 1, 1));
        var e =
                assertThrows(
                        IllegalArgumentException.class, () -> accumulator.add(output, Map.of()));
        assertTrue(e.getMessage().contains("'engine'"), e.getMessage());
    }

    private void add(long engine, long life, float answer) {
        accumulator.add(
                Map.of("output", Tensor.ofFloats(new float[] {answer}, 1, 1)),
                Map.of(
                        "engine", Tensor.ofLongs(new long[] {engine}, 1),
                        "rul", Tensor.ofLongs(new long[] {life}, 1)));
    }
}
