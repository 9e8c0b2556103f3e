package ai.tenon.evaluation.internal.device;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Brings a sample's inputs into a model's order, if they are fit to be run. */
final class InputCheck {
    private final List<TensorSpec> specs;
    private final String source;

    /**
     * @param source where the samples come from, for messages
     */
    InputCheck(Signature signature, String source) {
        this.specs = signature.inputs();
        this.source = source;
    }

    /**
     * The inputs by position.
     *
     * @param number of the sample, from 0
     * @throws IllegalArgumentException if one is missing, of the wrong type or shape, or not finite
     */
    Tensor[] inputs(int number, Map<String, Tensor> sample) {
        Tensor[] inputs = new Tensor[specs.size()];
        for (int i = 0; i < inputs.length; i++) {
            TensorSpec spec = specs.get(i);
            Tensor tensor = sample.get(spec.name());
            if (tensor == null) {
                throw unfit(number, "lacks input '" + spec.name() + "'; it has " + sample.keySet());
            }
            if (!spec.accepts(tensor)) {
                throw unfit(number, "has " + tensor + " for input " + spec);
            }
            int bad = firstNotFinite(tensor);
            if (bad >= 0) {
                throw unfit(
                        number,
                        "has NaN or an infinite number in input '"
                                + spec.name()
                                + "', element "
                                + bad);
            }
            inputs[i] = tensor;
        }
        return inputs;
    }

    private IllegalArgumentException unfit(int number, String what) {
        return new IllegalArgumentException("sample " + number + " of " + source + " " + what);
    }

    private static int firstNotFinite(Tensor tensor) {
        switch (tensor.type()) {
            case FLOAT -> {
                ByteBuffer buffer = tensor.buffer();
                for (int i = 0; i < tensor.size(); i++) {
                    if (!Float.isFinite(buffer.getFloat(4 * i))) {
                        return i;
                    }
                }
            }
            case DOUBLE, FLOAT16, BFLOAT16 -> {
                double[] values = Numbers.doubles(tensor);
                for (int i = 0; i < values.length; i++) {
                    if (!Double.isFinite(values[i])) {
                        return i;
                    }
                }
            }
            default -> {
                // all other types hold nothing but numbers
            }
        }
        return -1;
    }
}
