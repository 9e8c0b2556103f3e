package ai.tenon.reference.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunTest {
    private final TestModel test = new TestModel();
    private final Value x = test.input("x", DataType.FLOAT, 2);
    private final Tensor ones = Tensor.ofFloats(new float[] {1, -2}, 2);

    @Test
    void functionsTakeTheAttributesOfTheirCalls() throws BackendException {
        Graph body = new Graph("body");
        Value formal = body.addInput("formal", null);
        var leaky = TestModel.node(body, "", "LeakyRelu", formal);
        leaky.set(new Attribute("alpha", Attribute.Kind.FLOAT, null, "slope", null));
        body.addOutput(leaky.output(0));
        test.model
                .functions()
                .add(
                        new Function(
                                "custom",
                                "Slope",
                                "",
                                List.of(),
                                List.of(Attribute.ofFloat("slope", 0.5f)),
                                Map.of("", 21L),
                                body,
                                null));
        Value once = TestModel.node(test.graph, "custom", "Slope", x).output(0);
        var again = TestModel.node(test.graph, "custom", "Slope", once);
        again.set(Attribute.ofFloat("slope", 3f));
        test.output(again.output(0), DataType.FLOAT, 2);
        assertArrayEquals(new float[] {1, -3}, test.run(ones).toFloats());
    }

    @Test
    void nestedSubgraphsReadTheGraphsAround() throws BackendException {
        Value early = test.node("Neg", x);
        Value yes = test.input("yes", DataType.BOOL);
        Graph inner = new Graph("inner");
        inner.addOutput(TestModel.node(inner, "", "Add", early, x).output(0));
        Graph outer = new Graph("outer");
        outer.addOutput(branch(outer, yes, inner, "inner").output(0));
        var node = branch(test.graph, yes, outer, "outer");
        test.output(node.output(0), DataType.FLOAT, 2);
        Tensor condition =
                Tensor.of(DataType.BOOL, new long[0], java.nio.ByteBuffer.wrap(new byte[] {1}));
        assertArrayEquals(new float[] {0, 0}, test.run(ones, condition).toFloats());
    }

    private ai.tenon.graph.Node branch(Graph in, Value condition, Graph yes, String name) {
        Graph no = new Graph(name + "_no");
        no.addOutput(TestModel.node(no, "", "Identity", x).output(0));
        return TestModel.node(in, "", "If", condition)
                .set(Attribute.ofGraph("then_branch", yes))
                .set(Attribute.ofGraph("else_branch", no));
    }

    @Test
    void aRunThatIsCancelledStopsBetweenNodes() {
        test.output(test.node("Neg", x), DataType.FLOAT, 2);
        RunControl control = new RunControl();
        control.cancel();
        BackendException e = assertThrows(BackendException.class, () -> test.run(control, ones));
        assertEquals(ErrorClass.CANCELLED, e.errorClass());
        assertTrue(e.getMessage().contains("Neg 'Neg'"), e.getMessage());
    }

    @Test
    void anEndlessLoopHeedsTheDeadline() {
        Graph body = new Graph("body");
        body.addInput("turn", ValueType.tensor(DataType.INT64));
        Value go = body.addInput("go", ValueType.tensor(DataType.BOOL));
        Value state = body.addInput("state", null);
        body.addOutput(go);
        body.addOutput(state);
        var loop = TestModel.node(test.graph, "", "Loop", null, null, x);
        loop.set(Attribute.ofGraph("body", body));
        test.output(loop.output(0), DataType.FLOAT, 2);
        RunControl control = new RunControl();
        control.reset(System.nanoTime() + 20_000_000);
        BackendException e = assertThrows(BackendException.class, () -> test.run(control, ones));
        assertEquals(ErrorClass.CANCELLED, e.errorClass());
    }

    @Test
    void anErrorNamesTheNodeAndLeavesTheContextUsable() throws BackendException {
        Value at = test.input("at", DataType.INT64, 1);
        test.output(test.node("Gather", x, at), DataType.FLOAT, 1);
        CompileOptions options = CompileOptions.builder().build();
        try (Executable executable =
                        new ReferenceBackend()
                                .compile(test.source(), options, CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            Tensor outside = Tensor.ofLongs(new long[] {7}, 1);
            BackendException e =
                    assertThrows(
                            BackendException.class,
                            () -> context.run(new Tensor[] {ones, outside}, new RunControl()));
            assertEquals(ErrorClass.INVALID_INPUT, e.errorClass());
            assertEquals(
                    "model 'test', node Gather 'Gather': index 7 is outside of a dimension of 2",
                    e.getMessage());
            assertThrows(IllegalStateException.class, () -> context.output(0));
            context.run(new Tensor[] {ones, Tensor.ofLongs(new long[] {-1}, 1)}, new RunControl());
            assertArrayEquals(new float[] {-2}, context.output(0).toFloats());
        }
    }

    @Test
    void whatIsClosedSaysSo() throws BackendException {
        test.output(test.node("Neg", x), DataType.FLOAT, 2);
        CompileOptions options = CompileOptions.builder().build();
        Executable executable =
                new ReferenceBackend().compile(test.source(), options, CompileMonitor.SILENT);
        ExecutionContext context = executable.newContext();
        context.close();
        context.close();
        executable.close();
        executable.close();
        assertThrows(BackendException.class, executable::newContext);
        assertThrows(
                BackendException.class, () -> context.run(new Tensor[] {ones}, new RunControl()));
    }
}
