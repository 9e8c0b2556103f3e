package ai.tenon.datasets.internal.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AveragePrecisionTest {
    private final AveragePrecision precision = new AveragePrecision();

    @Test
    void areaUnderTheBestPrecisionFromEachRecallOn() {
        precision.add(List.of(at(0, 1), at(0.5, 1)), List.of(at(0, 0.9), at(0.8, 0.8)));
        precision.add(List.of(at(0, 1)), List.of(at(0.01, 0.7)));
        // right, wrong, right: precision 1 at recall 1/3, then 2/3 at recall 2/3; one never found
        assertEquals((1 + 2 / 3.0) / 3, precision.value(), 1e-9);
    }

    @Test
    void aThingIsFoundOnce() {
        precision.add(List.of(at(0, 1)), List.of(at(0.01, 0.9), at(0, 0.5)));
        assertEquals(1, precision.value(), 1e-9);
        precision.add(List.of(), List.of(at(0, 1)));
        // what is surest of all is wrong now
        assertEquals(0.5, precision.value(), 1e-9);
    }

    @Test
    void overlapIsIntersectionOverUnion() {
        Box box = new Box(0, 0, 0, 2, 2, 1);
        assertEquals(1 / 7.0, box.overlap(new Box(0, 1, 1, 3, 3, 1)), 1e-9);
        assertEquals(0, box.overlap(new Box(0, 2, 0, 3, 2, 1)), 0);
    }

    /** A box of width 0.2 that starts there. */
    private static Box at(double left, double score) {
        return new Box(0, left, 0, left + 0.2, 0.2, score);
    }
}
