package ai.tenon.datasets.internal;

import ai.tenon.evaluation.Metric;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.util.Map;

/** What metrics take out of a model's outputs and a sample's labels. */
public final class Answers {
    private Answers() {}

    /**
     * The model's only output, or its first.
     *
     * @throws IllegalArgumentException if there is none, or it is not FLOAT of that rank
     */
    public static Tensor first(String metric, Map<String, Tensor> outputs, int rank) {
        Tensor first =
                outputs.values().stream()
                        .findFirst()
                        .orElseThrow(
                                () -> new IllegalArgumentException(metric + " needs an output"));
        return require(metric, first, rank);
    }

    /**
     * What the model answered before it was optimised, in place of {@link #first}.
     *
     * @throws IllegalArgumentException if there is none, or it is not FLOAT of that rank
     */
    public static Tensor reference(
            String metric, Map<String, Tensor> outputs, Map<String, Tensor> expected, int rank) {
        String name = outputs.keySet().iterator().next();
        return require(metric, label(metric, expected, Metric.REFERENCE + name), rank);
    }

    /**
     * A label.
     *
     * @throws IllegalArgumentException if the sample does not have it
     */
    public static Tensor label(String metric, Map<String, Tensor> expected, String name) {
        Tensor label = expected.get(name);
        if (label == null) {
            throw new IllegalArgumentException(
                    metric + " needs '" + name + "' beside the inputs; given " + expected.keySet());
        }
        return label;
    }

    private static Tensor require(String metric, Tensor tensor, int rank) {
        if (tensor.type() != DataType.FLOAT || tensor.rank() != rank) {
            throw new IllegalArgumentException(
                    metric + " needs FLOAT outputs of rank " + rank + ", not " + tensor);
        }
        return tensor;
    }
}
