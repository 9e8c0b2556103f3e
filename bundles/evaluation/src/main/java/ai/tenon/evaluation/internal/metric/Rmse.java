package ai.tenon.evaluation.internal.metric;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Root of the mean squared error of the outputs, against what is expected under their names, or of
 * the first against {@code label}.
 */
@Component
public final class Rmse implements Metric {
    private static final String LABEL = "label";

    @Override
    public String name() {
        return "rmse";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public Accumulator start() {
        Mean squares = new Mean();
        return new Accumulator() {
            @Override
            public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                boolean any = false;
                for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
                    Tensor known = expected.get(output.getKey());
                    if (known == null && !any) {
                        known = expected.get(LABEL);
                    }
                    if (known != null) {
                        compare(output.getKey(), output.getValue(), known);
                        any = true;
                    }
                }
                if (!any) {
                    throw new IllegalArgumentException(
                            "rmse needs expected values named 'label' or like an output: "
                                    + outputs.keySet());
                }
            }

            private void compare(String name, Tensor output, Tensor known) {
                if (known.size() != output.size() || !Rows.isNumeric(known)) {
                    throw new IllegalArgumentException(
                            "rmse cannot compare output '"
                                    + name
                                    + "', "
                                    + output
                                    + ", with "
                                    + known);
                }
                double[] answers = Numbers.doubles(output);
                double[] values = Numbers.doubles(known);
                for (int i = 0; i < values.length; i++) {
                    squares.add((answers[i] - values[i]) * (answers[i] - values[i]));
                }
            }

            @Override
            public double value() {
                return Math.sqrt(squares.value());
            }
        };
    }
}
