package ai.tenon.datasets.internal.banking;

import ai.tenon.datasets.internal.Answers;
import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Mean cosine of the sentence embeddings to those of the model before; needs the label {@code
 * mask}, see {@link Banking77}.
 */
@Component(service = Metric.class)
public final class EmbeddingCosine implements Metric {
    @Override
    public String name() {
        return "embedding-cosine";
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public Accumulator start() {
        return new Accumulator() {
            private double sum;
            private int samples;

            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                Tensor mask = Answers.label(name(), expected, "mask");
                Tensor output = Answers.first(name(), outputs, 3);
                Tensor before = Answers.reference(name(), outputs, expected, 3);
                sum += Embedding.dot(Embedding.of(output, mask), Embedding.of(before, mask));
                samples++;
            }

            @Override
            public double value() {
                return sum / samples;
            }
        };
    }
}
