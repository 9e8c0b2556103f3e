package ai.tenon.cpu.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import ai.tenon.onnx.internal.OnnxFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The threads of a backend, as the operating system sees them. */
class ThreadsTest {
    private static final int SIZE = 512;

    @BeforeEach
    void onlyLinuxTells() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")));
    }

    @Test
    void thereAreNoMoreThanConfiguredAndNoneAfterwards() throws Exception {
        CpuBackend backend = new CpuBackend("", 1, false);
        run(backend, 8);
        assertEquals(1, threads().size());
        backend.close();
        assertEquals(List.of(), threads());
    }

    @Test
    void pinnedOnesHaveAProcessorEach() throws Exception {
        CpuBackend backend = new CpuBackend("", 1, true);
        run(backend, 2);
        for (Path thread : threads()) {
            String allowed = status(thread, "Cpus_allowed_list:");
            assertTrue(allowed.matches("\\d+"), "may run on " + allowed);
        }
        backend.close();
    }

    @Test
    void theySleepWhileNothingRuns() throws Exception {
        CpuBackend backend = new CpuBackend("", 1, false);
        run(backend, 2);
        Path thread = threads().get(0);
        long end = System.currentTimeMillis() + 10_000;
        while (!status(thread, "State:").startsWith("S") && System.currentTimeMillis() < end) {
            Thread.sleep(10);
        }
        long before = processorTicks(thread);
        Thread.sleep(200);
        assertEquals(before, processorTicks(thread));
        backend.close();
    }

    private static void run(CpuBackend backend, int threads) throws Exception {
        float[] ones = new float[SIZE * SIZE];
        Arrays.fill(ones, 1);
        Graph graph = new Graph("sums");
        ValueType type = ValueType.tensor(DataType.FLOAT, SIZE, SIZE);
        Value x = graph.addInput("x", type);
        Value y = graph.newValue("y", type);
        Value matrix = graph.addInitializer("matrix", Tensor.ofFloats(ones, SIZE, SIZE));
        graph.add("", "MatMul", "", List.of(x, matrix), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.opsetImports().put("", 20L);
        ModelSource source = ModelSource.ofModel("sums", "00", model, new OnnxFormat());
        CompileOptions options = CompileOptions.builder().threads(threads).build();
        try (Executable executable = backend.compile(source, options, CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            context.run(new Tensor[] {Tensor.ofFloats(ones, SIZE, SIZE)}, new RunControl());
            float[] sums = new float[SIZE * SIZE];
            Arrays.fill(sums, SIZE);
            assertArrayEquals(sums, context.output(0).toFloats());
        }
    }

    /** Those of the native library. */
    private static List<Path> threads() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).startsWith("tenon-cpu")) {
                    found.add(task);
                }
            }
        }
        return found;
    }

    private static String status(Path thread, String field) throws IOException {
        return Files.readAllLines(thread.resolve("status")).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).trim())
                .findFirst()
                .orElseThrow();
    }

    /** Time that it has run: the 14th and 15th field of its statistics. */
    private static long processorTicks(Path thread) throws IOException {
        String[] fields =
                Files.readString(thread.resolve("stat")).replaceAll(".*\\) ", "").split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
