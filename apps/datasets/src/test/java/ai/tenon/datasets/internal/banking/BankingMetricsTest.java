package ai.tenon.datasets.internal.banking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BankingMetricsTest {
    @Test
    void aQuestionIsTakenForTheIntentWithTheNearestMean() {
        BankingAccuracy metric = new BankingAccuracy();
        Metric.Accumulator accumulator = metric.start();
        accumulator.add(output(1, 0), labels(0, 1));
        accumulator.add(output(0.8f, 0.6f), labels(0, 1));
        accumulator.add(output(0, 1), labels(1, 1));
        accumulator.add(output(5, 1), labels(0, 0));
        // nearer to the mean of intent 0 than to intent 1, so this one is wrong
        accumulator.add(output(1, 1), labels(1, 0));
        accumulator.add(output(0, 3), labels(1, 0));
        assertEquals(2 / 3.0, accumulator.value(), 1e-9);
        assertEquals(1, metric.drop(0.82, 0.81), 1e-9);
    }

    @Test
    void paddingDoesNotCount() {
        Tensor output = Tensor.ofFloats(new float[] {3, 0, 0, 4, 100, 100}, 1, 3, 2);
        Tensor mask = Tensor.ofLongs(new long[] {1, 1, 0}, 1, 3);
        double[] embedding = Embedding.of(output, mask);
        assertEquals(0.6, embedding[0], 1e-9);
        assertEquals(0.8, embedding[1], 1e-9);
    }

    @Test
    void anOutputThatDoesNotFitTheMaskIsRefused() {
        Tensor output = Tensor.ofFloats(new float[] {3, 0}, 1, 1, 2);
        Tensor mask = Tensor.ofLongs(new long[] {1, 1}, 1, 2);
        assertThrows(IllegalArgumentException.class, () -> Embedding.of(output, mask));
    }

    @Test
    void theCosineIsTheMeanOverAllSentences() {
        Metric.Accumulator accumulator = new EmbeddingCosine().start();
        accumulator.add(output(1, 0), withReference(2, 0));
        accumulator.add(output(3, 4), withReference(1, 0));
        assertEquals((1 + 0.6) / 2, accumulator.value(), 1e-9);
    }

    private static Map<String, Tensor> output(float x, float y) {
        return Map.of("last_hidden_state", Tensor.ofFloats(new float[] {x, y}, 1, 1, 2));
    }

    private static Map<String, Tensor> labels(long intent, long exemplar) {
        return Map.of(
                "intent", Tensor.ofLongs(new long[] {intent}, 1),
                "exemplar", Tensor.ofLongs(new long[] {exemplar}, 1),
                "mask", Tensor.ofLongs(new long[] {1}, 1, 1));
    }

    private static Map<String, Tensor> withReference(float x, float y) {
        return Map.of(
                "reference.last_hidden_state",
                Tensor.ofFloats(new float[] {x, y}, 1, 1, 2),
                "mask",
                Tensor.ofLongs(new long[] {1}, 1, 1));
    }
}
