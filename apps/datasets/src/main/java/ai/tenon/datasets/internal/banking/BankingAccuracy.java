package ai.tenon.datasets.internal.banking;

import ai.tenon.datasets.internal.Answers;
import ai.tenon.datasets.internal.FractionMetric;
import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;

/**
 * The part of the questions whose embedding is nearest, by cosine, to the mean embedding of the
 * exemplars of their own intent. Needs the labels of {@link Banking77}.
 */
@Component(service = Metric.class)
public final class BankingAccuracy implements FractionMetric {
    static final String NAME = "banking77";

    /** A question's embedding and what it should be taken for. */
    private record Question(double[] embedding, long intent) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public Accumulator start() {
        return new Accumulator() {
            private final Map<Long, double[]> sums = new TreeMap<>();
            private final List<Question> questions = new ArrayList<>();

            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                Tensor mask = Answers.label(NAME, expected, "mask");
                double[] embedding = Embedding.of(Answers.first(NAME, outputs, 3), mask);
                long intent = Answers.label(NAME, expected, "intent").buffer().getLong(0);
                if (Answers.label(NAME, expected, "exemplar").buffer().getLong(0) == 0) {
                    questions.add(new Question(embedding, intent));
                } else {
                    sums.merge(intent, embedding, BankingAccuracy::sum);
                }
            }

            @Override
            public double value() {
                sums.values().forEach(Embedding::normalised);
                long right =
                        questions.stream()
                                .filter(question -> nearest(question) == question.intent())
                                .count();
                return (double) right / questions.size();
            }

            private long nearest(Question question) {
                long nearest = -1;
                double highest = Double.NEGATIVE_INFINITY;
                for (Map.Entry<Long, double[]> intent : sums.entrySet()) {
                    double cosine = Embedding.dot(question.embedding(), intent.getValue());
                    if (cosine > highest) {
                        highest = cosine;
                        nearest = intent.getKey();
                    }
                }
                return nearest;
            }
        };
    }

    private static double[] sum(double[] a, double[] b) {
        for (int i = 0; i < a.length; i++) {
            a[i] += b[i];
        }
        return a;
    }
}
