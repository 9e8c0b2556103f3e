package ai.tenon.onnxruntime.direct.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import java.util.List;
import java.util.Map;

/** Models of a node or two, and what the tests do with them. */
final class TestModels {
    static final DirectBackend BACKEND = new DirectBackend(Map.of("version", "test"));

    private TestModels() {}

    /** y = op(x). */
    static Model unary(String op, ValueType input, ValueType output) {
        Graph graph = new Graph("unary");
        Value x = graph.addInput("x", input);
        Value y = graph.newValue("y", output);
        graph.add("", op, "the " + op, List.of(x), List.of(y));
        graph.addOutput(y);
        return standard(graph);
    }

    static Model standard(Graph graph) {
        Model model = new Model(graph);
        model.opsetImports().put("", 20L);
        return model;
    }

    static ModelSource source(Model model) {
        return ModelSource.ofModel("test model", "00", model, new OnnxFormat());
    }

    static Executable compile(Model model) throws BackendException {
        return BACKEND.compile(
                source(model), CompileOptions.builder().build(), CompileMonitor.SILENT);
    }

    static Tensor run(ExecutionContext context, Tensor... inputs) throws BackendException {
        context.run(inputs, new RunControl());
        return context.output(0);
    }
}
