package ai.tenon.core.internal.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CutExecutableTest {
    private static final CompileOptions OPTIONS =
            CompileOptions.builder()
                    .threads(3)
                    .setting("shape.i", "2")
                    .setting("shape.j", "2")
                    .setting("precision", "bf16")
                    .build();
    private static final BackendException FATAL =
            new BackendException(ErrorClass.FATAL, "the chip is gone", 7, "EIO", null);

    private final TestGraph test = new TestGraph();
    private final FakeBackend a = FakeBackend.of("a", "A");
    private final FakeBackend b = FakeBackend.of("b", "B");
    private final Tensor i = Tensor.ofFloats(new float[] {1, 2}, 2);
    private final Tensor j = Tensor.ofFloats(new float[] {3, 4}, 2);

    /** a: first(i) | b: middle(first, j) | a: last(middle, first); middle is an output, too. */
    @BeforeEach
    void build() {
        Value first = test.node("A", "first", test.input("i"));
        Value middle = test.node("B", "middle", first, test.input("j"));
        test.graph.addOutput(test.node("A", "last", middle, first));
        test.graph.addOutput(middle);
    }

    private Executable compile() throws PlacementException {
        return test.place(a, b).compile(OPTIONS, CompileMonitor.SILENT);
    }

    @Test
    void anOutputOfOnePartIsTheInputOfTheNext() throws Exception {
        try (Executable executable = compile();
                ExecutionContext context = executable.newContext()) {
            assertThrows(IllegalStateException.class, () -> context.output(0));
            context.run(new Tensor[] {i, j}, new RunControl());
            assertSame(i, a.given.get(0)[0]);
            assertSame(a.results.get(0), b.given.get(0)[1]);
            assertSame(j, b.given.get(0)[0]);
            assertSame(b.results.get(0), a.given.get(1)[0]);
            assertSame(a.results.get(0), a.given.get(1)[1]);
            assertSame(a.results.get(1), context.output(0));
            assertSame(b.results.get(0), context.output(1));
            assertNull(((CutExecutable) executable).culprit());
        }
        assertEquals(0, a.open + b.open);
    }

    @Test
    void theHandOverAllocatesNothing() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        int runs = 1000;
        a.keepsInputs = false;
        b.keepsInputs = false;
        try (Executable executable = compile();
                ExecutionContext context = executable.newContext()) {
            Tensor[] inputs = {i, j};
            RunControl control = new RunControl();
            for (int run = 0; run < runs; run++) {
                context.run(inputs, control);
            }
            long before = threads.getThreadAllocatedBytes(id);
            for (int run = 0; run < runs; run++) {
                context.run(inputs, control);
            }
            long perRun = (threads.getThreadAllocatedBytes(id) - before) / runs;
            assertEquals(0, perRun, "bytes per run");
        }
    }

    @Test
    void settingsReachEveryPartAndShapesTheOneThatHasTheInput() throws Exception {
        compile().close();
        assertEquals(Map.of("precision", "bf16", "shape.i", "2"), a.compiled.get(0).settings());
        assertEquals(Map.of("precision", "bf16", "shape.j", "2"), b.compiled.get(0).settings());
        assertEquals(Map.of("precision", "bf16"), a.compiled.get(1).settings());
        assertEquals(3, b.compiled.get(0).threads());
    }

    @Test
    void aSettingGoesToThePartsWhoseBackendsKnowIt() throws Exception {
        a.knowing("precision");
        b.knowing();
        compile().close();
        assertEquals(Map.of("precision", "bf16", "shape.i", "2"), a.compiled.get(0).settings());
        assertEquals(Map.of("shape.j", "2"), b.compiled.get(0).settings());
        assertEquals(Map.of("precision", "bf16"), a.compiled.get(1).settings());
    }

    @Test
    void aSettingThatNoBackendOfThePartsKnowsIsRefused() {
        a.knowing("precisions");
        b.knowing();
        PlacementException e = assertThrows(PlacementException.class, this::compile);
        assertSame(a, e.culprit());
        assertTrue(e.getMessage().contains("did you mean 'precisions'?"), e.getMessage());
        assertEquals(0, a.open + b.open);
    }

    @Test
    void whatWasCompiledBeforeAFailureIsFreedAndTheBackendNamed() {
        b.failure = FATAL;
        PlacementException e = assertThrows(PlacementException.class, this::compile);
        assertSame(b, e.culprit());
        assertEquals(1, a.compiled.size());
        assertEquals(0, a.open);
    }

    @Test
    void contextsThatWereMadeBeforeAFailureAreFreed() throws Exception {
        Executable executable = compile();
        b.failure = FATAL;
        assertThrows(BackendException.class, executable::newContext);
        assertEquals(2, a.open);
        executable.close();
        // the fakes fail when they are closed twice
        executable.close();
        assertEquals(0, a.open + b.open);
    }

    @Test
    void aPartThatFailsIsNamedWithTheVendorsWords() throws Exception {
        try (Executable executable = compile();
                ExecutionContext context = executable.newContext()) {
            b.failure = FATAL;
            BackendException e =
                    assertThrows(
                            BackendException.class,
                            () -> context.run(new Tensor[] {i, j}, new RunControl()));
            assertEquals("part 2 of 3, on b@1.0.0: the chip is gone", e.getMessage());
            assertEquals(ErrorClass.FATAL, e.errorClass());
            assertEquals(7, e.vendorCode());
            assertSame(b, ((CutExecutable) executable).culprit());
        }
    }

    @Test
    void aCancelledCallStopsBetweenParts() throws Exception {
        try (Executable executable = compile();
                ExecutionContext context = executable.newContext()) {
            RunControl control = new RunControl();
            control.cancel();
            BackendException e =
                    assertThrows(
                            BackendException.class,
                            () -> context.run(new Tensor[] {i, j}, control));
            assertEquals(ErrorClass.CANCELLED, e.errorClass());
            assertTrue(a.given.isEmpty());
        }
    }
}
