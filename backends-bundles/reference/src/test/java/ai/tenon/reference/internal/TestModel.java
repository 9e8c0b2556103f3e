package ai.tenon.reference.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import java.util.Arrays;
import java.util.List;

/** Builds small models by hand and runs them. */
final class TestModel {
    final Graph graph = new Graph("test");
    final Model model = new Model(graph);

    TestModel() {
        model.opsetImports().put("", 21L);
    }

    Value input(String name, DataType type, long... shape) {
        return graph.addInput(name, ValueType.tensor(type, shape));
    }

    Value node(String operator, Value... inputs) {
        return node(graph, "", operator, inputs).output(0);
    }

    static Node node(Graph graph, String domain, String operator, Value... inputs) {
        Value out = graph.freshValue(operator, null);
        return graph.add(domain, operator, "", Arrays.asList(inputs), List.of(out));
    }

    Value with(Value value, Attribute attribute) {
        value.producer().set(attribute);
        return value;
    }

    /** Declares an output. */
    TestModel output(Value value, DataType type, long... shape) {
        value.setType(ValueType.tensor(type, shape));
        graph.addOutput(value);
        return this;
    }

    ModelSource source() {
        return ModelSource.ofModel("test", "0", model, new OnnxFormat());
    }

    List<String> reasons() throws BackendException {
        return new ReferenceBackend().support(source()).reasons();
    }

    /** The first output. */
    Tensor run(Tensor... inputs) throws BackendException {
        return run(new RunControl(), inputs);
    }

    Tensor run(RunControl control, Tensor... inputs) throws BackendException {
        CompileOptions options = CompileOptions.builder().build();
        try (Executable executable =
                        new ReferenceBackend().compile(source(), options, CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            context.run(inputs, control);
            return context.output(0);
        }
    }
}
