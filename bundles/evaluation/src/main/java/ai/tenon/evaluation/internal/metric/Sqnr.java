package ai.tenon.evaluation.internal.metric;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Signal to quantization noise in dB: the power of the outputs before over that of the difference,
 * over all samples; infinite for equal outputs.
 */
@Component
public final class Sqnr implements Metric {
    @Override
    public String name() {
        return "sqnr";
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    /** The power of the noise in percent of the signal's. */
    @Override
    public double drop(double before, double after) {
        return 100 * (Math.pow(10, -after / 10) - Math.pow(10, -before / 10));
    }

    @Override
    public Accumulator start() {
        return new Powers();
    }

    private static final class Powers implements Accumulator {
        private double signal;
        private double noise;
        private boolean any;

        @Override
        public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
            outputs.forEach(
                    (name, now) -> {
                        if (Rows.isNumeric(now)) {
                            compare(now, Rows.before(name, now, expected));
                        }
                    });
        }

        private void compare(Tensor now, Tensor before) {
            double[] values = Numbers.doubles(now);
            double[] earlier = Numbers.doubles(before);
            for (int i = 0; i < values.length; i++) {
                signal += earlier[i] * earlier[i];
                noise += (values[i] - earlier[i]) * (values[i] - earlier[i]);
                any = true;
            }
        }

        @Override
        public double value() {
            if (!any) {
                return Double.NaN;
            }
            return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
        }
    }
}
