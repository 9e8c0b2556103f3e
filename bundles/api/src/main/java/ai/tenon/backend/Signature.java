package ai.tenon.backend;

import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.List;
import java.util.stream.Collectors;

/** The ordered inputs and outputs of an executable. */
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * What a model declares: its inputs that are no initializers, and its outputs.
     *
     * @throws BackendException if one of them is no dense tensor; it names the value
     */
    public static Signature of(Model model) throws BackendException {
        List<Value> required = model.graph().requiredInputs();
        List<Value> results = model.graph().outputs();
        for (List<Value> values : List.of(required, results)) {
            for (Value value : values) {
                if (!(value.type() instanceof ValueType.OfTensor tensor)
                        || tensor.elementType() == null) {
                    throw new BackendException(
                            BackendException.ErrorClass.FALLBACK,
                            "'"
                                    + value.name()
                                    + "' of graph '"
                                    + model.graph().name()
                                    + "' is no tensor but "
                                    + value.type()
                                    + "; only tensors can be inputs and outputs of a served model");
                }
            }
        }
        return new Signature(
                required.stream().map(TensorSpec::of).collect(Collectors.toList()),
                results.stream().map(TensorSpec::of).collect(Collectors.toList()));
    }

    /** Position of the input of that name; -1 if there is none. */
    public int indexOfInput(String name) {
        return indexOf(inputs, name);
    }

    /** Position of the output of that name; -1 if there is none. */
    public int indexOfOutput(String name) {
        return indexOf(outputs, name);
    }

    private static int indexOf(List<TensorSpec> specs, String name) {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
