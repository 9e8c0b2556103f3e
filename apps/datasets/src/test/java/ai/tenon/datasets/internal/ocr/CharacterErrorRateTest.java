package ai.tenon.datasets.internal.ocr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CharacterErrorRateTest {
    private static final int SPACE = 4;

    @Test
    void countsInsertionsDeletionsAndReplacements() {
        assertEquals(0, CharacterErrorRate.edits(List.of(1L, 2L), List.of(1L, 2L)));
        assertEquals(1, CharacterErrorRate.edits(List.of(1L, 2L), List.of(2L)));
        assertEquals(2, CharacterErrorRate.edits(List.of(), List.of(2L, 2L)));
        // kitten and sitting
        assertEquals(
                3,
                CharacterErrorRate.edits(
                        List.of(1L, 2L, 3L, 3L, 4L, 5L), List.of(6L, 2L, 3L, 3L, 2L, 5L, 7L)));
    }

    @Test
    void collapsesRepeatsAndSkipsBlanksAndSpaces() {
        Metric.Accumulator accumulator = new CharacterErrorRate().start();
        accumulator.add(steps(0, 1, 1, 0, 1, SPACE, 2, 2, SPACE), text(1, 1, 2));
        assertEquals(0, accumulator.value(), 0);
        accumulator.add(steps(3, 3), text(2));
        assertEquals(1 / 4.0, accumulator.value(), 1e-9);
    }

    @Test
    void anUnknownCharacterIsAlwaysWrong() {
        Metric.Accumulator accumulator = new CharacterErrorRate().start();
        accumulator.add(steps(3), text(-1));
        assertEquals(1, accumulator.value(), 0);
    }

    private static Map<String, Tensor> steps(int... best) {
        float[] values = new float[best.length * (SPACE + 1)];
        for (int step = 0; step < best.length; step++) {
            values[step * (SPACE + 1) + best[step]] = 1;
        }
        return Map.of("softmax", Tensor.ofFloats(values, 1, best.length, SPACE + 1));
    }

    private static Map<String, Tensor> text(long... classes) {
        return Map.of("text", Tensor.ofLongs(classes, classes.length));
    }
}
