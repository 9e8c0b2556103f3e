package ai.tenon.onnxruntime.direct.internal;

import static ai.tenon.onnxruntime.direct.internal.TestModels.compile;
import static ai.tenon.onnxruntime.direct.internal.TestModels.run;
import static ai.tenon.onnxruntime.direct.internal.TestModels.unary;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.ValueType;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run does with its inputs and outputs. */
class RunTest {
    private static final ValueType ANY_FLOATS = ValueType.tensor(DataType.FLOAT, -1);

    @Test
    void shapesMayChangeFromRunToRun() throws BackendException {
        try (Executable executable = compile(unary("Neg", ANY_FLOATS, ANY_FLOATS));
                ExecutionContext context = executable.newContext()) {
            for (int size : new int[] {3, 3, 5, 5, 2, 2, 0, 0, 7}) {
                float[] values = new float[size];
                float[] negated = new float[size];
                for (int i = 0; i < size; i++) {
                    values[i] = i + 1;
                    negated[i] = -i - 1;
                }
                Tensor result = run(context, Tensor.ofFloats(values, size));
                assertArrayEquals(negated, result.toFloats(), "size " + size);
            }
        }
    }

    @Test
    void shapesMayDependOnValues() throws BackendException {
        ValueType indices = ValueType.tensor(DataType.INT64, 1, -1);
        try (Executable executable = compile(unary("NonZero", ANY_FLOATS, indices));
                ExecutionContext context = executable.newContext()) {
            assertArrayEquals(
                    new long[] {0, 2}, run(context, Tensor.ofFloats(floats(1, 0, 1), 3)).toLongs());
            assertArrayEquals(
                    new long[] {1, 2}, run(context, Tensor.ofFloats(floats(0, 1, 1), 3)).toLongs());
            assertArrayEquals(
                    new long[] {0, 1, 2},
                    run(context, Tensor.ofFloats(floats(1, 1, 1), 3)).toLongs());
            assertArrayEquals(
                    new long[] {1}, run(context, Tensor.ofFloats(floats(0, 1, 0), 3)).toLongs());
        }
    }

    @Test
    void knownOutputsAreWrittenInPlace() throws BackendException {
        ValueType four = ValueType.tensor(DataType.FLOAT, 4);
        try (Executable executable = compile(unary("Neg", four, four));
                ExecutionContext context = executable.newContext()) {
            Tensor input = Tensor.ofFloats(floats(1, 2, 3, 4), 4);
            Tensor first = run(context, input);
            input.buffer().putFloat(0, 9);
            assertSame(first, run(context, input));
            assertArrayEquals(floats(-9, -2, -3, -4), first.toFloats());
        }
    }

    @Test
    void tensorsOnTheHeapAreReadAgainAtEachRun() throws BackendException {
        try (Executable executable = compile(unary("Neg", ANY_FLOATS, ANY_FLOATS));
                ExecutionContext context = executable.newContext()) {
            ByteBuffer heap = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            heap.putFloat(0, 1).putFloat(4, 2);
            Tensor input = Tensor.of(DataType.FLOAT, new long[] {2}, heap);
            assertArrayEquals(floats(-1, -2), run(context, input).toFloats());
            heap.putFloat(4, 5);
            assertArrayEquals(floats(-1, -5), run(context, input).toFloats());
            Tensor direct = Tensor.ofFloats(floats(7, 8), 2);
            assertArrayEquals(floats(-7, -8), run(context, direct).toFloats());
            assertArrayEquals(floats(-1, -5), run(context, input).toFloats());
        }
    }

    @Test
    void stringsPass() throws BackendException {
        ValueType text = new ValueType.OfTensor(DataType.STRING, null);
        try (Executable executable = compile(unary("Identity", text, text));
                ExecutionContext context = executable.newContext()) {
            Tensor input = Tensor.ofStrings(new String[] {"Zapfen", "Schlitz"}, 2);
            assertArrayEquals(input.strings(), run(context, input).strings());
            input.strings()[0] = "tenon";
            assertArrayEquals(input.strings(), run(context, input).strings());
            Tensor scalar = Tensor.ofStrings(new String[] {"mortise"});
            assertTrue(scalar.contentEquals(run(context, scalar)));
            Tensor table = Tensor.ofStrings(new String[] {"a", "b", "c", "d"}, 2, 2);
            assertTrue(table.contentEquals(run(context, table)));
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "FLOAT",
                "DOUBLE",
                "FLOAT16",
                "BFLOAT16",
                "INT8",
                "UINT8",
                "INT16",
                "INT32",
                "INT64",
                "BOOL"
            })
    void typesPassBitByBit(DataType type) throws BackendException {
        ValueType two = ValueType.tensor(type, 2);
        try (Executable executable = compile(unary("Identity", two, two));
                ExecutionContext context = executable.newContext()) {
            Tensor input = Tensor.allocate(type, 2);
            input.buffer().put(0, (byte) 1);
            assertTrue(input.contentEquals(run(context, input)));
        }
    }

    @Test
    void contextsRunSideBySide() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(4);
        try (Executable executable = compile(unary("Neg", ANY_FLOATS, ANY_FLOATS))) {
            List<Future<Void>> ends = new ArrayList<>();
            for (int worker = 0; worker < 4; worker++) {
                float own = worker + 1;
                ends.add(workers.submit(() -> negateOften(executable, own)));
            }
            for (Future<Void> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
        } finally {
            workers.shutdown();
        }
    }

    private static Void negateOften(Executable executable, float own) throws BackendException {
        try (ExecutionContext context = executable.newContext()) {
            for (int i = 0; i < 2000; i++) {
                Tensor input = Tensor.ofFloats(floats(own, i), 2);
                assertArrayEquals(floats(-own, -(float) i), run(context, input).toFloats());
            }
        }
        return null;
    }

    /** The arrays and the result that ONNX Runtime's own run makes are all there is. */
    @Test
    void theSteadyStateAllocatesNextToNothing() throws BackendException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        int runs = 1000;
        try (Executable executable = compile(unary("Neg", ANY_FLOATS, ANY_FLOATS));
                ExecutionContext context = executable.newContext()) {
            Tensor[] inputs = {Tensor.ofFloats(new float[1024], 1024)};
            RunControl control = new RunControl();
            for (int i = 0; i < runs; i++) {
                context.run(inputs, control);
            }
            long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < runs; i++) {
                context.run(inputs, control);
            }
            long perRun = (threads.getThreadAllocatedBytes(id) - before) / runs;
            assertTrue(perRun <= 600, perRun + " bytes per run");
        }
    }

    @Test
    void badInputIsTheCallersFault() throws BackendException {
        ValueType four = ValueType.tensor(DataType.FLOAT, 4);
        try (Executable executable = compile(unary("Neg", four, four));
                ExecutionContext context = executable.newContext()) {
            Tensor wrong = Tensor.ofFloats(new float[3], 3);
            BackendException e = assertThrows(BackendException.class, () -> run(context, wrong));
            assertEquals(BackendException.ErrorClass.INVALID_INPUT, e.errorClass());
            assertEquals(2, e.vendorCode());
            assertTrue(e.getMessage().contains("test model"), e.getMessage());
            assertThrows(IllegalStateException.class, () -> context.output(0));
            run(context, Tensor.ofFloats(new float[4], 4));
        }
    }

    private static float[] floats(float... values) {
        return values;
    }
}
