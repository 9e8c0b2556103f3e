package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;

/** Constants with an element per index of the last axis. */
final class Vectors {
    private Vectors() {}

    /**
     * True for a constant of floating-point numbers of which only the last axis is longer than 1.
     */
    static boolean isVector(Value value) {
        Tensor tensor = Constants.tensor(value);
        return tensor != null
                && tensor.type().isFloat()
                && tensor.rank() >= 1
                && tensor.dim(tensor.rank() - 1) == tensor.size();
    }

    /** Number of elements of a constant. */
    static int length(Value value) {
        return Constants.tensor(value).size();
    }

    /** Element type of a constant. */
    static DataType type(Value value) {
        return Constants.tensor(value).type();
    }

    /** The same with one axis. */
    static Value flat(Value value) {
        Tensor tensor = Constants.tensor(value);
        return tensor.rank() == 1
                ? value
                : Constants.add(value.graph(), value.name(), tensor.reshaped(tensor.size()));
    }
}
