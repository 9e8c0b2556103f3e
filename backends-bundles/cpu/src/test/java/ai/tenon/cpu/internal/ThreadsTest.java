package ai.tenon.cpu.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.cpu.testing.NativeThreads;
import ai.tenon.cpu.testing.Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The threads of a backend, as the operating system sees them. */
class ThreadsTest {
    @BeforeEach
    void onlyLinuxTells() {
        assumeTrue(NativeThreads.areVisible());
    }

    @Test
    void thereAreNoMoreThanConfiguredAndNoneAfterwards() throws Exception {
        CpuBackend backend = new CpuBackend("", 1, false);
        run(backend, 8);
        assertEquals(1, NativeThreads.all().size());
        backend.close();
        assertEquals(List.of(), NativeThreads.all());
    }

    @Test
    void pinnedOnesHaveAProcessorEach() throws Exception {
        CpuBackend backend = new CpuBackend("", 1, true);
        run(backend, 2);
        for (Path thread : NativeThreads.all()) {
            String allowed = status(thread, "Cpus_allowed_list:");
            assertTrue(allowed.matches("\\d+"), "may run on " + allowed);
        }
        backend.close();
    }

    @Test
    void theySleepWhileNothingRuns() throws Exception {
        CpuBackend backend = new CpuBackend("", 1, false);
        run(backend, 2);
        Path thread = NativeThreads.all().get(0);
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
        CompileOptions options = CompileOptions.builder().threads(threads).build();
        try (Executable executable =
                        backend.compile(Sums.source(), options, CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            Sums.check(context);
        }
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
