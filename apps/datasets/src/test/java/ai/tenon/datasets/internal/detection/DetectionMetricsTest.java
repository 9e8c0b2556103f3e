package ai.tenon.datasets.internal.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers of two kinds on a grid of two by two cells. */
class DetectionMetricsTest {
    private static final int CELLS = 4;
    private final float[] answer = new float[7 * CELLS];

    @Test
    void decodesAndSuppresses() {
        put(3, 1, 0.81f);
        List<Box> boxes = FastestDet.boxes(tensor(), 0.05);
        assertEquals(1, boxes.size());
        Box box = boxes.get(0);
        assertEquals(1, box.kind());
        assertEquals(Math.pow(0.81, 0.6), box.score(), 1e-6);
        // cell 3 begins in the middle; raw sizes of zero are half of the picture
        assertEquals(0.25, box.left(), 1e-9);
        assertEquals(0.75, box.bottom(), 1e-9);
        put(3, 1, 0.9f);
        put(2, 1, 0.8f);
        assertEquals(2, FastestDet.boxes(tensor(), 0.05).size(), "a third is not the same thing");
        answer[CELLS + 2] = 10;
        assertEquals(1, FastestDet.boxes(tensor(), 0.05).size(), "moved onto its neighbour");
    }

    @Test
    void averagesOverTheKindsThatAreThere() {
        put(3, 1, 0.9f);
        Metric.Accumulator accumulator = new Map50().start();
        accumulator.add(outputs(), Map.of("boxes", TrueBoxes.tensor(List.of(box(0), box(1)))));
        assertEquals(0.5, accumulator.value(), 1e-9);
    }

    @Test
    void agreementCountsPairsOfOneKind() {
        put(3, 1, 0.9f);
        Tensor before = tensor();
        Metric.Accumulator accumulator = new BoxAgreement().start();
        accumulator.add(outputs(), labels(before));
        assertEquals(1, accumulator.value(), 1e-9);
        put(3, 0, 0.9f);
        answer[6 * CELLS + 3] = 0;
        accumulator.add(outputs(), labels(before));
        assertEquals(0.5, accumulator.value(), 1e-9);
    }

    @Test
    void whereNothingIsFoundAllAgree() {
        Metric.Accumulator accumulator = new BoxAgreement().start();
        accumulator.add(outputs(), labels(tensor()));
        assertEquals(1, accumulator.value(), 0);
    }

    private static Map<String, Tensor> labels(Tensor before) {
        return Map.of("reference.758", before, "boxes", TrueBoxes.tensor(List.of()));
    }

    private static Box box(int kind) {
        return new Box(kind, 0.25, 0.25, 0.75, 0.75, 1);
    }

    private void put(int cell, int kind, float sure) {
        answer[cell] = sure;
        answer[(5 + kind) * CELLS + cell] = 1;
    }

    private Tensor tensor() {
        return Tensor.ofFloats(answer, 1, 7, 2, 2);
    }

    private Map<String, Tensor> outputs() {
        return Map.of("758", tensor());
    }
}
