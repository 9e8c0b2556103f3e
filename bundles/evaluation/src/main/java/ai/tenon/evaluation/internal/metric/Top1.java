package ai.tenon.evaluation.internal.metric;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Part of the rows of the first output whose largest element is where {@code label} says, an
 * integer per row.
 */
@Component
public final class Top1 implements Metric {
    private static final String LABEL = "label";

    @Override
    public String name() {
        return "top1";
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
        Mean right = new Mean();
        return new Accumulator() {
            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                Tensor label = expected.get(LABEL);
                if (label == null || !label.type().isInteger()) {
                    throw new IllegalArgumentException(
                            "top1 needs integers named 'label'"
                                    + (label == null ? "; there are none" : ", not " + label));
                }
                Tensor first = outputs.values().iterator().next();
                long[] labels = Numbers.longs(label);
                int[] answers = Rows.largest(first);
                if (Rows.length(first) < 2 || labels.length != answers.length) {
                    throw new IllegalArgumentException(
                            "top1 needs a label per row of the first output: label is "
                                    + label
                                    + ", the output "
                                    + first);
                }
                for (int row = 0; row < answers.length; row++) {
                    if (labels[row] < 0 || labels[row] >= Rows.length(first)) {
                        throw new IllegalArgumentException(
                                "top1: label "
                                        + labels[row]
                                        + " is none of the "
                                        + Rows.length(first)
                                        + " classes, which count from 0");
                    }
                    right.add(answers[row] == labels[row] ? 1 : 0);
                }
            }

            @Override
            public double value() {
                return right.value();
            }
        };
    }
}
