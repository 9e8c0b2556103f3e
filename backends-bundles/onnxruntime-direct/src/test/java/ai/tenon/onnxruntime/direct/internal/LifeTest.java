package ai.tenon.onnxruntime.direct.internal;

import static ai.tenon.onnxruntime.direct.internal.TestModels.compile;
import static ai.tenon.onnxruntime.direct.internal.TestModels.run;
import static ai.tenon.onnxruntime.direct.internal.TestModels.unary;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.ValueType;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Native memory has one owner, is freed once and is not touched afterwards. */
class LifeTest {
    private static final ValueType FLOATS = ValueType.tensor(DataType.FLOAT, -1);
    private final Tensor input = Tensor.ofFloats(new float[] {1, 2}, 2);

    @Test
    void closingTwiceIsHarmlessAndUseAfterwardsIsATypedError() throws BackendException {
        Executable executable = compile(unary("Neg", FLOATS, FLOATS));
        ExecutionContext context = executable.newContext();
        run(context, input);
        context.close();
        context.close();
        assertFatal(() -> run(context, input));
        assertThrows(IllegalStateException.class, () -> context.output(0));
        executable.close();
        executable.close();
        assertFatal(executable::newContext);
    }

    @Test
    void contextsOutliveTheirExecutable() throws BackendException {
        Executable executable = compile(unary("Neg", FLOATS, FLOATS));
        ExecutionContext context = executable.newContext();
        executable.close();
        assertFatal(executable::newContext);
        assertArrayEquals(new float[] {-1, -2}, run(context, input).toFloats());
        context.close();
    }

    /** A context that is closed while it runs is freed when the run returns. */
    @Test
    void closingUnderARunningCall() throws Exception {
        Executable executable = compile(unary("Neg", FLOATS, FLOATS));
        ExecutorService worker = Executors.newSingleThreadExecutor();
        Tensor large = Tensor.ofFloats(new float[1 << 20], 1 << 20);
        try {
            for (int i = 0; i < 50; i++) {
                ExecutionContext context = executable.newContext();
                CountDownLatch running = new CountDownLatch(1);
                Future<BackendException> end =
                        worker.submit(() -> runUntilClosed(context, large, running));
                running.await();
                context.close();
                assertEquals(ErrorClass.FATAL, end.get(30, TimeUnit.SECONDS).errorClass());
            }
        } finally {
            worker.shutdown();
            executable.close();
        }
    }

    private static BackendException runUntilClosed(
            ExecutionContext context, Tensor input, CountDownLatch running) {
        try {
            while (true) {
                run(context, input);
                running.countDown();
            }
        } catch (BackendException e) {
            return e;
        } catch (IllegalStateException e) {
            // Closed between the run and reading its output.
            return new BackendException(ErrorClass.FATAL, e.getMessage());
        }
    }

    private static void assertFatal(org.junit.jupiter.api.function.Executable use) {
        assertEquals(ErrorClass.FATAL, assertThrows(BackendException.class, use).errorClass());
    }
}
