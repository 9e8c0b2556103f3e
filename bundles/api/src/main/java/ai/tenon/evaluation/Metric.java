package ai.tenon.evaluation;

import ai.tenon.graph.Tensor;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Measures how good a model's outputs are; an OSGi service. Applications bring their own. */
@ConsumerType
public interface Metric {
    /** Stable and short, as in {@code top1}. */
    String name();

    /** True if larger values are better. */
    boolean higherIsBetter();

    /** Starts an evaluation. */
    Accumulator start();

    /** Collects samples and yields the value. Used by one thread. */
    @ConsumerType
    interface Accumulator {
        /**
         * Adds a sample.
         *
         * @param outputs what the model answered, by output name
         * @param expected labels or the reference's answers, by name
         * @throws IllegalArgumentException if a tensor that the metric needs is missing or has the
         *     wrong shape
         */
        void add(Map<String, Tensor> outputs, Map<String, Tensor> expected);

        /** The value over all samples; NaN if there were none. */
        double value();
    }
}
