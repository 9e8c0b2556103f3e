package ai.tenon.passes.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.SeededInputs;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.reference.internal.ReferenceBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs models on the reference backend and compares what they give. */
public final class Running {
    private Running() {}

    /** Both give the same outputs under the same names for the same seeded inputs. */
    public static void assertSame(Model before, Model after, double tolerance) {
        assertSame(before, after, tolerance, Map.of());
    }

    /**
     * As {@link #assertSame(Model, Model, double)}.
     *
     * @param shapes of inputs, as {@link SeededInputs} takes them
     */
    public static void assertSame(
            Model before, Model after, double tolerance, Map<String, String> shapes) {
        assertTrue(after.graph().isSorted(), "nodes in an order in which they can run");
        assertEquals(names(before.graph().outputs()), names(after.graph().outputs()));
        assertEquals(names(before.graph().requiredInputs()), names(after.graph().requiredInputs()));
        List<Tensor> expected = run(before, shapes);
        List<Tensor> actual = run(after, shapes);
        for (int i = 0; i < expected.size(); i++) {
            assertClose(expected.get(i), actual.get(i), tolerance);
        }
    }

    /** Differences relative to the largest magnitude, or absolute below 1. */
    public static void assertClose(Tensor expected, Tensor actual, double tolerance) {
        assertTrue(expected.sameTypeAndShape(actual), expected + " became " + actual);
        double[] e = Numbers.doubles(expected);
        double[] a = Numbers.doubles(actual);
        double magnitude =
                Math.max(
                        1,
                        Arrays.stream(e).filter(Double::isFinite).map(Math::abs).max().orElse(1));
        for (int i = 0; i < e.length; i++) {
            assertEquals(e[i], a[i], tolerance * magnitude, "element " + i);
        }
    }

    /** All outputs for seeded inputs; the model goes through its file form first. */
    public static List<Tensor> run(Model model, Map<String, String> shapes) {
        ModelFormat format = new OnnxFormat();
        Backend backend = new ReferenceBackend();
        CompileOptions options = CompileOptions.builder().build();
        try {
            ModelSource source =
                    ModelSource.ofModel("test", "0", format.read(format.write(model)), format);
            try (Executable executable = backend.compile(source, options, CompileMonitor.SILENT);
                    ExecutionContext context = executable.newContext()) {
                context.run(SeededInputs.of(executable.signature(), shapes), new RunControl());
                List<Tensor> outputs = new ArrayList<>();
                for (int i = 0; i < executable.signature().outputs().size(); i++) {
                    outputs.add(context.output(i));
                }
                return outputs;
            }
        } catch (BackendException | ModelFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }
}
