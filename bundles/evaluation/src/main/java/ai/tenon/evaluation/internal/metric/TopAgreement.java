package ai.tenon.evaluation.internal.metric;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Part of the rows of all outputs whose largest element is where it was before; of integer outputs
 * part of the elements that are what they were. Rows of one element say nothing and are left out.
 */
@Component
public final class TopAgreement implements Metric {
    @Override
    public String name() {
        return "agreement";
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
        Mean same = new Mean();
        return new Accumulator() {
            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                outputs.forEach((name, now) -> compare(now, Rows.before(name, now, expected)));
            }

            private void compare(Tensor now, Tensor before) {
                if (now.type().isInteger()) {
                    long[] values = Numbers.longs(now);
                    long[] earlier = Numbers.longs(before);
                    for (int i = 0; i < values.length; i++) {
                        same.add(values[i] == earlier[i] ? 1 : 0);
                    }
                } else if (now.type().isFloat() && Rows.length(now) > 1) {
                    int[] largest = Rows.largest(now);
                    int[] earlier = Rows.largest(before);
                    for (int row = 0; row < largest.length; row++) {
                        same.add(largest[row] == earlier[row] ? 1 : 0);
                    }
                }
            }

            @Override
            public double value() {
                return same.value();
            }
        };
    }
}
