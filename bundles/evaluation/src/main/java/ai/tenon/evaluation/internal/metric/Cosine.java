package ai.tenon.evaluation.internal.metric;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Cosine of the outputs with those before: of each row of the first dimension, meaned over a
 * sample's rows and outputs, then over the samples.
 */
@Component
public final class Cosine implements Metric {
    @Override
    public String name() {
        return "cosine";
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public double drop(double before, double after) {
        return 100 * (before - after);
    }

    @Override
    public Accumulator start() {
        Mean samples = new Mean();
        return new Accumulator() {
            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                Mean sample = new Mean();
                outputs.forEach(
                        (name, now) -> {
                            if (Rows.isNumeric(now)) {
                                rows(now, Rows.before(name, now, expected), sample);
                            }
                        });
                samples.add(sample.value());
            }

            @Override
            public double value() {
                return samples.value();
            }
        };
    }

    private static void rows(Tensor now, Tensor before, Mean sample) {
        double[] a = Numbers.doubles(now);
        double[] b = Numbers.doubles(before);
        int rows = now.rank() < 2 ? 1 : (int) now.dim(0);
        int length = rows == 0 ? 0 : a.length / rows;
        for (int row = 0; row < rows && length > 0; row++) {
            sample.add(cosine(a, b, row * length, length));
        }
    }

    /** 1 for two zero vectors, 0 if only one is. */
    private static double cosine(double[] a, double[] b, int from, int length) {
        double dot = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = from; i < from + length; i++) {
            dot += a[i] * b[i];
            squareA += a[i] * a[i];
            squareB += b[i] * b[i];
        }
        if (squareA == 0 || squareB == 0) {
            return squareA == squareB ? 1 : 0;
        }
        return Math.min(1, dot / (Math.sqrt(squareA) * Math.sqrt(squareB)));
    }
}
