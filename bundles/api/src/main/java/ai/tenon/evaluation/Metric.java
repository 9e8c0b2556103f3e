package ai.tenon.evaluation;

import ai.tenon.graph.Tensor;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Measures how good a model's outputs are; an OSGi service. Applications bring their own. */
@ConsumerType
public interface Metric {
    /** Prefix of the names under which an accumulator gets the answers of the model before. */
    String REFERENCE = "reference.";

    /** Stable and short, as in {@code top1}. */
    String name();

    /** True if larger values are better. */
    boolean higherIsBetter();

    /**
     * How much worse {@code after} is than {@code before}, in percent; negative if it is better.
     * Metrics that are fractions, such as an accuracy of 0.75, answer in percentage points; the
     * default is for all others and relates the difference to {@code before}.
     */
    default double drop(double before, double after) {
        double worse = higherIsBetter() ? before - after : after - before;
        return worse == 0 ? 0 : 100 * worse / Math.abs(before);
    }

    /** Starts an evaluation. */
    Accumulator start();

    /** Collects samples and yields the value. Used by one thread. */
    @ConsumerType
    interface Accumulator {
        /**
         * Adds a sample.
         *
         * @param outputs what the model answered, by output name
         * @param expected labels and known answers by name; and under {@link #REFERENCE} + output
         *     name what the model answered before it was optimised
         * @throws IllegalArgumentException if a tensor that the metric needs is missing or has the
         *     wrong shape
         */
        void add(Map<String, Tensor> outputs, Map<String, Tensor> expected);

        /** The value over all samples; NaN if there were none. */
        double value();
    }
}
