package ai.tenon.template.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.model.ModelFormat;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemplateBackendTest {
    private final Backend backend = new TemplateBackend();

    @Test
    void runsAChain() throws Exception {
        try (Executable executable = compile("Neg", "Relu");
                ExecutionContext context = executable.newContext()) {
            context.run(
                    new Tensor[] {Tensor.ofFloats(new float[] {-2, 0, 3}, 3)}, new RunControl());
            assertArrayEquals(new float[] {2, 0, 0}, context.output(0).toFloats());
        }
    }

    @Test
    void keepsItsOutputWhileTheShapeStays() throws Exception {
        try (Executable executable = compile("Abs");
                ExecutionContext context = executable.newContext()) {
            context.run(new Tensor[] {Tensor.ofFloats(new float[] {-1}, 1)}, new RunControl());
            Tensor first = context.output(0);
            context.run(new Tensor[] {Tensor.ofFloats(new float[] {-5}, 1)}, new RunControl());
            assertSame(first, context.output(0));
            assertArrayEquals(new float[] {5}, first.toFloats());
        }
    }

    @Test
    void saysWhichNodeItCannotRun() throws Exception {
        assertEquals(List.of(), backend.support(chain("Relu", "Abs")).reasons());
        List<String> reasons = backend.support(chain("Relu", "Softmax")).reasons();
        assertEquals(1, reasons.size());
        assertTrue(reasons.get(0).contains("operator Softmax is unknown here"), reasons.get(0));
        BackendException e = assertThrows(BackendException.class, () -> compile("Relu", "Softmax"));
        assertEquals(ErrorClass.FALLBACK, e.errorClass());
    }

    @Test
    void refusesSettingsThatItDoesNotHave() throws Exception {
        CompileOptions unknown = CompileOptions.builder().setting("precision", "bf16").build();
        BackendException e =
                assertThrows(
                        BackendException.class,
                        () -> backend.compile(chain("Relu"), unknown, CompileMonitor.SILENT));
        assertEquals(ErrorClass.FALLBACK, e.errorClass());
        assertTrue(
                e.getMessage().contains("backend 'template' has no setting 'precision'"),
                e.getMessage());
        CompileOptions known = CompileOptions.builder().setting("shape.x", "3").build();
        backend.compile(chain("Relu"), known, CompileMonitor.SILENT).close();
    }

    @Test
    void stopsWhenTheCallerGivesUp() throws Exception {
        try (Executable executable = compile("Abs");
                ExecutionContext context = executable.newContext()) {
            RunControl control = new RunControl();
            control.cancel();
            Tensor[] inputs = {Tensor.ofFloats(new float[] {-1}, 1)};
            BackendException e =
                    assertThrows(BackendException.class, () -> context.run(inputs, control));
            assertEquals(ErrorClass.CANCELLED, e.errorClass());
        }
    }

    @Test
    void refusesContextsOnceClosed() throws Exception {
        Executable executable = compile("Abs");
        executable.close();
        executable.close();
        assertThrows(BackendException.class, executable::newContext);
    }

    private Executable compile(String... operators) throws BackendException {
        return backend.compile(
                chain(operators), CompileOptions.builder().build(), CompileMonitor.SILENT);
    }

    private static ModelSource chain(String... operators) {
        Graph graph = new Graph("chain");
        Value value = graph.addInput("x", ValueType.tensor(DataType.FLOAT, -1));
        for (String operator : operators) {
            Value next = graph.freshValue(operator, ValueType.tensor(DataType.FLOAT, -1));
            graph.add("", operator, "", List.of(value), List.of(next));
            value = next;
        }
        graph.addOutput(value);
        // A rewritten model is never read from a file, so the format is not asked.
        ModelFormat unused =
                (ModelFormat)
                        Proxy.newProxyInstance(
                                ModelFormat.class.getClassLoader(),
                                new Class<?>[] {ModelFormat.class},
                                (proxy, method, arguments) -> {
                                    throw new AssertionError(method + " was called");
                                });
        return ModelSource.ofModel("chain", "0".repeat(64), new Model(graph), unused);
    }
}
