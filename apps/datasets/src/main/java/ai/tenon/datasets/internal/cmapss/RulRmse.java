package ai.tenon.datasets.internal.cmapss;

import ai.tenon.datasets.internal.Answers;
import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;

/**
 * Root of the mean squared error, in cycles, of the remaining useful life of engines; the model's
 * answer for an engine is the mean over all its windows.
 */
@Component(service = Metric.class)
public final class RulRmse implements Metric {
    @Override
    public String name() {
        return "rul-rmse";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public Accumulator start() {
        return new Accumulator() {
            private final Map<Long, Engine> engines = new TreeMap<>();

            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                float answer = Answers.first(name(), outputs, 2).buffer().getFloat(0);
                long engine = Answers.label(name(), expected, "engine").buffer().getLong(0);
                long life = Answers.label(name(), expected, "rul").buffer().getLong(0);
                engines.computeIfAbsent(engine, id -> new Engine(life)).add(answer);
            }

            @Override
            public double value() {
                double mean =
                        engines.values().stream()
                                .mapToDouble(Engine::squaredError)
                                .average()
                                .orElse(Double.NaN);
                return Math.sqrt(mean);
            }
        };
    }

    /** The answers for the windows of one engine. */
    private static final class Engine {
        private final long life;
        private double sum;
        private int windows;

        Engine(long life) {
            this.life = life;
        }

        void add(float answer) {
            sum += answer;
            windows++;
        }

        double squaredError() {
            double error = sum / windows - life;
            return error * error;
        }
    }
}
