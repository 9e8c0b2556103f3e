package ai.tenon.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.model.ModelFormat;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.reference.internal.ReferenceBackend;
import ai.tenon.samples.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is inferred of each value of ONNX's node tests, against what the test declares (inference
 * fails on a contradiction) and against the tensors that the reference backend computes.
 */
class InferredShapesTest {
    private final ModelFormat format = new OnnxFormat();
    private final ReferenceBackend backend = new ReferenceBackend();

    @Test
    void everyComputedTensorHasTheInferredTypeAndShape() throws Exception {
        int compared = 0;
        List<String> wrong = new ArrayList<>();
        for (TestCase test : TestArchive.read(Archive.get())) {
            ModelSource source = test.model(format);
            boolean supported = backend.support(source).isComplete();
            Model model = source.model();
            ShapeInference inferred = ShapeInference.of(model);
            if (supported) {
                compared += compare(test, model, inferred, wrong);
            }
        }
        assertTrue(wrong.isEmpty(), String.join("\n", wrong));
        assertTrue(compared > 5000, "compared only " + compared);
    }

    private int compare(TestCase test, Model model, ShapeInference inferred, List<String> wrong)
            throws BackendException, IOException {
        exposeAll(model, inferred);
        List<TestData<ByteBuffer>> sets = test.dataSets();
        int compared = 0;
        ModelSource source = ModelSource.ofModel(test.name(), "", model, format);
        CompileOptions options = CompileOptions.builder().build();
        try (Executable executable = backend.compile(source, options, CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            Tensor[] inputs = new Tensor[sets.get(0).inputs().size()];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = (Tensor) format.readValue(sets.get(0).inputs().get(i), "tensor");
            }
            context.run(inputs, new RunControl());
            for (int i = 0; i < executable.signature().outputs().size(); i++) {
                Tensor tensor = context.output(i);
                var spec = executable.signature().outputs().get(i);
                if (tensor != null) {
                    compared++;
                    if (!spec.accepts(tensor)) {
                        wrong.add(test.name() + ": " + spec + " does not accept " + tensor);
                    }
                }
            }
        }
        return compared;
    }

    /** Makes every computed tensor an output with the type that was inferred for it. */
    private static void exposeAll(Model model, ShapeInference inferred) {
        inferred.store(model);
        for (Node node : model.graph().nodes()) {
            for (Value value : node.outputs()) {
                if (value != null
                        && value.tensorType() != null
                        && value.tensorType().elementType() != null
                        && !model.graph().outputs().contains(value)) {
                    model.graph().addOutput(value);
                }
            }
        }
    }
}
