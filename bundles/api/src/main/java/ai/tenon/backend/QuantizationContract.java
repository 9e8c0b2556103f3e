package ai.tenon.backend;

import ai.tenon.graph.DataType;
import java.util.Set;

/**
 * One way of quantizing that the hardware computes with.
 *
 * @param activation type of activations
 * @param weight type of weights
 * @param symmetric true if zero points have to be zero
 * @param granularities of the weights' scales
 */
public record QuantizationContract(
        DataType activation, DataType weight, boolean symmetric, Set<Granularity> granularities) {
    /** How many weights share a scale. */
    public enum Granularity {
        PER_TENSOR,
        PER_CHANNEL,
        PER_BLOCK
    }

    public QuantizationContract {
        granularities = Set.copyOf(granularities);
    }
}
