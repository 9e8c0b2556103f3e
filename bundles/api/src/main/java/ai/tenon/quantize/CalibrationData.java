package ai.tenon.quantize;

import ai.tenon.graph.Tensor;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Samples of a model's inputs, read one after the other: the data need not fit into memory. */
@ConsumerType
public interface CalibrationData extends Iterable<Map<String, Tensor>> {
    /** Number of samples. */
    int size();

    /** Where the samples come from, for messages and reports. */
    String source();
}
