package ai.tenon.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.bench.Bench;
import ai.tenon.bench.BenchRequest;
import ai.tenon.bench.Comparison;
import ai.tenon.bench.Layers;
import ai.tenon.bench.Overhead;
import ai.tenon.device.DeviceDescription;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

class TenonTest {
    private final Console console = new Console();

    @Test
    void everyCommandHasHelpAndJson() {
        for (Class<?> command : Tenon.class.getAnnotation(Command.class).subcommands()) {
            String name = command.getAnnotation(Command.class).name();
            assertEquals(0, console.run(name, "--help"), console.err);
            assertTrue(console.out.contains("Usage: tenon " + name), console.out);
            assertTrue(console.out.contains("--json"), console.out);
            assertTrue(console.out.contains("--verbose"), console.out);
            assertFalse(console.out.contains("\u001b"), "coloured without a terminal");
        }
        assertEquals(0, console.run("--help"));
    }

    @Test
    void wrongArgumentsAreOneSentence() {
        console.assertRefused("a command is missing; see 'tenon --help'");
        console.assertRefused("'endpoint' is not known here (did you mean endpoints", "endpoint");
        console.assertRefused("see 'tenon swap --help'", "swap", "minilm");
        console.assertRefused("see 'tenon rollback --help'", "rollback", "yesterday");
        console.assertRefused("tenon: Missing required", "swap", "minilm");
        console.assertRefused("there is no file", "deploy", "missing.onnx");
        console.assertRefused(
                "--threads must be at least 1", "deploy", notABundle(), "--name=n", "--threads=0");
        console.assertRefused("needs --sha256", "install", "https://example.org/x.jar");
        console.assertRefused("is no bundle", "uninstall", notABundle());
    }

    @Test
    void whatABenchRefusesIsTheUsersMatter(@TempDir Path folder) throws IOException {
        console.services.put(Bench.class, new RefusingBench());
        Path model = Files.write(folder.resolve("m.onnx"), new byte[1]);
        assertEquals(2, console.run("bench", model.toString(), "--backend=nobody"));
        assertTrue(console.err.endsWith("tenon: there is no backend 'nobody'\n"), console.err);
    }

    @Test
    void anErrorIsAlsoOneJsonDocument() throws IOException {
        assertTrue(console.json(2, "endpoint").path("error").asText().contains("endpoint"));
    }

    @Test
    void verboseShowsTheStack() {
        assertEquals(2, console.run("deploy", "missing.onnx", "--verbose"));
        assertTrue(console.err.contains("UserError"), console.err);
    }

    @Test
    void profilesAreThoseThatRunAGateway(@TempDir Path folder) throws IOException {
        profile(folder, "toolbox", "mode=command\ndescription=the command's own\n");
        profile(folder, "minimal", "mode=gateway\ndescription=as little as possible\n");
        Files.createDirectories(folder.resolve("demo"));
        console.properties.put("ai.tenon.distributions", folder.toString());
        assertEquals(0, console.run("profiles"), console.err);
        assertEquals("PROFILE  DESCRIPTION\nminimal  as little as possible\n", console.out);
        assertEquals(1, console.json(0, "profiles").size());
        console.assertRefused("there are: minimal", "run", "--profile", "maximal");
    }

    @Test
    void showsTheDevice() throws IOException {
        assertEquals(1, console.run("device"));
        console.services.put(
                DeviceDescription.class,
                new DeviceDescription(
                        "a board",
                        "x86-64",
                        "a chip",
                        2,
                        List.of("AVX2"),
                        1 << 30,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("libc.so.6 2.36")));
        assertEquals(0, console.run("device"), console.err);
        assertTrue(console.out.contains("1024 MB"), console.out);
        assertEquals(2, console.json(0, "device").path("cores").asInt());
    }

    private static void profile(Path folder, String name, String properties) throws IOException {
        Path profile = Files.createDirectories(folder.resolve(name));
        Files.writeString(profile.resolve("profile.properties"), properties);
    }

    private static String notABundle() {
        try {
            Path file = Files.createTempFile("no-bundle", ".jar");
            file.toFile().deleteOnExit();
            return file.toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static final class RefusingBench implements Bench {
        @Override
        public Comparison compare(BenchRequest request, Consumer<String> progress)
                throws ManagementException {
            throw new ManagementException(
                    Kind.NOT_FOUND, "there is no backend '" + request.candidates().get(0) + "'");
        }

        @Override
        public List<Layers> layers(BenchRequest request, Consumer<String> progress)
                throws ManagementException {
            return List.of(
                    new Layers(compare(request, progress).model(), 0, 0, Map.of(), List.of()));
        }

        @Override
        public Overhead overhead(String backend, Consumer<String> progress) {
            throw new UnsupportedOperationException();
        }
    }
}
