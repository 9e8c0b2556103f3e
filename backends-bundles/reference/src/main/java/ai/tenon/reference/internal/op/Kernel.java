package ai.tenon.reference.internal.op;

import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;

/** An operator bound to one node: attributes are read, only inputs are missing. */
@FunctionalInterface
public interface Kernel {
    /**
     * Computes the outputs; changes no input, but may return one.
     *
     * @param inputs by position; null where left out
     * @return by position; those that the node leaves out may be null or missing
     * @throws IllegalArgumentException if the inputs do not fit; the interpreter adds the node
     */
    Datum[] run(Datum[] inputs, Frame frame);

    /** A kernel of tensors with one output. */
    @FunctionalInterface
    interface OfOne {
        Tensor run(Tensor[] inputs);
    }

    /** A kernel of tensors with several outputs. */
    @FunctionalInterface
    interface OfMany {
        Tensor[] run(Tensor[] inputs);
    }

    static Kernel of(OfOne kernel) {
        return (inputs, frame) -> new Datum[] {kernel.run(tensors(inputs))};
    }

    static Kernel ofMany(OfMany kernel) {
        return (inputs, frame) -> kernel.run(tensors(inputs));
    }

    private static Tensor[] tensors(Datum[] inputs) {
        Tensor[] tensors = new Tensor[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i] != null && !(inputs[i] instanceof Tensor)) {
                throw new IllegalArgumentException("input " + i + " is no tensor");
            }
            tensors[i] = (Tensor) inputs[i];
        }
        return tensors;
    }

    /** The input at {@code index}; null if it is left out or beyond the last. */
    static Tensor optional(Tensor[] inputs, int index) {
        return index < inputs.length ? inputs[index] : null;
    }
}
