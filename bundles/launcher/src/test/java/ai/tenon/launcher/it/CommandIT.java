package ai.tenon.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a process that runs one command. */
class CommandIT {
    @TempDir Path temp;
    private Path profile;
    private Path scratch;

    @BeforeEach
    void assemble() throws IOException {
        profile = Files.createDirectories(temp.resolve("tools"));
        scratch = Files.createDirectories(temp.resolve("scratch"));
        Files.createDirectories(profile.resolve("bundles"));
        Files.writeString(
                profile.resolve("profile.properties"), "mode=command\nstartlevel.default=6\n");
    }

    private void addCommand() throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.putValue("Manifest-Version", "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "test.command");
        main.putValue("Bundle-Activator", TestCommand.class.getName());
        main.putValue("Import-Package", "org.osgi.framework,org.osgi.framework.startlevel");
        String path = TestCommand.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar =
                        new JarOutputStream(
                                Files.newOutputStream(profile.resolve("bundles/command.jar")),
                                manifest);
                InputStream in = CommandIT.class.getClassLoader().getResourceAsStream(path)) {
            jar.putNextEntry(new JarEntry(path));
            in.transferTo(jar);
        }
    }

    private Process launch(String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Djava.io.tmpdir=" + scratch, "-cp"));
        command.add(jar("launcher-") + File.pathSeparator + jar("org.apache.felix.framework-"));
        command.add("ai.tenon.launcher.Main");
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectError(temp.resolve("errors").toFile()).start();
    }

    private static String jar(String prefix) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Path.of(entry).getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }

    private static int exit(Process process) throws InterruptedException {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher does not end");
        return process.exitValue();
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(scratch)) {
            assertEquals(
                    List.of(),
                    left.filter(f -> f.getFileName().toString().startsWith("tenon-")).toList());
        }
    }

    private String errors() throws IOException {
        return Files.readString(temp.resolve("errors"));
    }

    @Test
    void theCommandsNumberIsTheExitCode() throws Exception {
        addCommand();
        Process process = launch("--distribution", profile.toString(), "--", "exit", "42");
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(42, exit(process), errors());
        assertEquals("exit,42 at level 7\nstopped\n", out);
        assertNothingLeft();
    }

    @Test
    void aSignalCancelsTheCommandAndStopsTheFramework() throws Exception {
        addCommand();
        Process process = launch("--distribution", profile.toString(), "--", "wait");
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertEquals("wait at level 7", out.readLine());
        process.toHandle().destroy();
        assertEquals("cancelled", out.readLine());
        assertEquals("stopped", out.readLine());
        assertEquals(128 + 15, exit(process), errors());
        assertNothingLeft();
    }

    @Test
    void aSecondInterruptDoesNotWaitForTheCommand() throws Exception {
        assumeFalse(interruptsAreIgnored(), "this process was started in the background");
        addCommand();
        Process process = launch("--distribution", profile.toString(), "--", "finish");
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertEquals("finish at level 7", out.readLine());
        interrupt(process);
        assertEquals("finishing", out.readLine());
        interrupt(process);
        assertEquals(128 + 2, exit(process), errors());
        assertNull(out.readLine());
        assertNothingLeft();
    }

    private static void interrupt(Process process) throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    private static boolean interruptsAreIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    @Test
    void whatCannotRunIsToldInOneSentence() throws Exception {
        Files.writeString(profile.resolve("bundles/broken.jar"), "no jar");
        assertEquals(1, exit(launch("--distribution", profile.toString(), "--", "x")));
        assertEquals(1, errors().lines().count(), errors());
        assertEquals(2, exit(launch("--distribution", temp.resolve("none").toString())));
        assertEquals(1, errors().lines().count(), errors());
        assertEquals(2, exit(launch("--data", temp.toString(), "--verbose")));
        assertTrue(errors().contains("\tat "), errors());
        assertFalse(Files.exists(profile.resolve("current")));
        assertNothingLeft();
    }
}
