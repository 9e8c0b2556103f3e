package ai.tenon.samples;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Whether arrays are what a model takes. */
final class Fit {
    private final Signature signature;

    Fit(Signature signature) {
        this.signature = signature;
    }

    List<TensorSpec> inputs() {
        return signature.inputs();
    }

    List<TensorSpec> outputs() {
        return signature.outputs();
    }

    /**
     * Parts a sample's arrays into the model's inputs and what is known of the answer.
     *
     * @param file in which the array of an input stands
     * @throws IOException if an input is missing, or has the wrong type or shape
     */
    Sample sample(Map<String, Tensor> arrays, UnaryOperator<String> file) throws IOException {
        Map<String, Tensor> labels = new LinkedHashMap<>(arrays);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec input : inputs()) {
            Tensor array = labels.remove(input.name());
            if (array == null) {
                throw missing(input, file.apply(input.name()));
            }
            check(input, array, file.apply(input.name()));
            inputs.put(input.name(), array);
        }
        return new Sample(inputs, labels);
    }

    private static void check(TensorSpec input, Tensor array, String file) throws IOException {
        if (!input.accepts(array)) {
            throw new IOException(
                    file
                            + " does not fit: the model takes "
                            + input
                            + ", and a sample there is "
                            + array
                            + (array.type() == input.type()
                                    ? "; a sample is a slice of length 1 of a .npy file, or all of"
                                            + " an array in a .npz file"
                                    : "; convert it with numpy.astype"));
        }
    }

    IOException missing(TensorSpec input, String place) {
        return new IOException(
                place + " has nothing for input '" + input.name() + "'; the model takes " + this);
    }

    /** The inputs, for messages. */
    @Override
    public String toString() {
        return inputs().stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
    }
}
