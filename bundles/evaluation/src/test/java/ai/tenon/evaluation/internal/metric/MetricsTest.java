package ai.tenon.evaluation.internal.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Map<String, Tensor> BEFORE =
            Map.of("reference.y", floats(0, 3, 4, 1, 0, 0));

    @Test
    void top1CountsRowsThatAreRight() {
        assertEquals(
                0.5,
                value(
                        new Top1(),
                        Map.of("y", floats(1, 2, 3, 5, 4, 3)),
                        Map.of("label", Tensor.ofLongs(new long[] {2, 1}, 2))));
        assertEquals(1.5, new Top1().drop(0.75, 0.735), 1e-9);
    }

    @Test
    void top1RefusesLabelsThatDoNotFit() {
        for (Tensor label :
                new Tensor[] {
                    Tensor.ofLongs(new long[] {2}, 1),
                    Tensor.ofFloats(new float[] {2, 1}, 2),
                    Tensor.ofLongs(new long[] {2, 3}, 2),
                    Tensor.ofLongs(new long[] {-1, 0}, 2)
                }) {
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            value(
                                    new Top1(),
                                    Map.of("y", floats(1, 2, 3, 5, 4, 3)),
                                    Map.of("label", label)));
        }
    }

    @Test
    void agreementComparesWithTheModelBefore() {
        assertEquals(0.5, value(new TopAgreement(), Map.of("y", floats(0, 9, 4, 5, 4, 3)), BEFORE));
        assertEquals(
                0.25,
                value(
                        new TopAgreement(),
                        Map.of("n", Tensor.ofLongs(new long[] {1, 2, 3, 4}, 4)),
                        Map.of("reference.n", Tensor.ofLongs(new long[] {1, 0, 0, 0}, 4))));
        Tensor single = Tensor.ofFloats(new float[] {1}, 1, 1);
        assertTrue(
                Double.isNaN(
                        value(
                                new TopAgreement(),
                                Map.of("y", single),
                                Map.of("reference.y", single))));
    }

    @Test
    void rmseIsAgainstExpectedValues() {
        Tensor outputs = Tensor.ofFloats(new float[] {1, 2}, 2, 1);
        Tensor label = Tensor.ofFloats(new float[] {4, 6}, 2);
        assertEquals(
                Math.sqrt(12.5), value(new Rmse(), Map.of("y", outputs), Map.of("label", label)));
        assertEquals(Math.sqrt(12.5), value(new Rmse(), Map.of("y", outputs), Map.of("y", label)));
        assertEquals(1, new Rmse().drop(15, 15.15), 1e-9);
        assertThrows(
                IllegalArgumentException.class,
                () -> value(new Rmse(), Map.of("y", outputs), Map.of()));
    }

    @Test
    void cosineIsMeanedOverRows() {
        // rows (0,3,4)·(0,4,3) = 24/25 and (1,0,0)·(0,1,0) = 0
        assertEquals(
                0.48, value(new Cosine(), Map.of("y", floats(0, 4, 3, 0, 1, 0)), BEFORE), 1e-12);
        assertEquals(1, new Cosine().drop(1, 0.99), 1e-9);
    }

    @Test
    void sqnrIsInDecibel() {
        // signal 26, noise 0.26
        Tensor noisy = floats(0, 3, 4, 1, 0.1f, 0.5f);
        assertEquals(20, value(new Sqnr(), Map.of("y", noisy), BEFORE), 1e-6);
        assertEquals(
                Double.POSITIVE_INFINITY,
                value(new Sqnr(), Map.of("y", floats(0, 3, 4, 1, 0, 0)), BEFORE));
        assertEquals(1, new Sqnr().drop(Double.POSITIVE_INFINITY, 20), 1e-9);
    }

    @Test
    void outputsOfAnotherShapeAreRefused() {
        Tensor other = Tensor.ofFloats(new float[6], 3, 2);
        for (Metric metric : new Metric[] {new Cosine(), new Sqnr(), new TopAgreement()}) {
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> value(metric, Map.of("y", other), BEFORE))
                            .getMessage();
            assertTrue(message.contains("FLOAT[3, 2] but was FLOAT[2, 3]"), message);
        }
    }

    private static double value(
            Metric metric, Map<String, Tensor> outputs, Map<String, Tensor> expected) {
        Metric.Accumulator accumulator = metric.start();
        accumulator.add(outputs, expected);
        return accumulator.value();
    }

    private static Tensor floats(float... values) {
        return Tensor.ofFloats(values, 2, 3);
    }
}
