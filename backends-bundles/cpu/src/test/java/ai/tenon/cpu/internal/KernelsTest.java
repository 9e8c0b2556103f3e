package ai.tenon.cpu.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The kernels' own tests, on every instruction set of this machine. */
class KernelsTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();

    @TestFactory
    Stream<DynamicTest> kernels() throws Exception {
        Path out = MODULE.resolve("target/native-tests");
        Path script = MODULE.resolve("src/main/native/build.sh");
        String arch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
        String built = run(List.of("bash", script.toString(), out.toString(), arch, "tests"), 20);
        List<Path> programs;
        try (Stream<Path> files = Files.list(out)) {
            programs =
                    files.filter(file -> file.getFileName().toString().startsWith("test_"))
                            .sorted()
                            .toList();
        }
        assertFalse(programs.isEmpty(), built);
        return programs.stream()
                .map(
                        program ->
                                DynamicTest.dynamicTest(
                                        program.getFileName().toString(),
                                        () -> {
                                            String said = run(List.of(program.toString()), 5);
                                            assertTrue(said.contains(" checks, 0 failed"), said);
                                        }));
    }

    private static String run(List<String> command, int minutes)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(minutes, TimeUnit.MINUTES), said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }
}
