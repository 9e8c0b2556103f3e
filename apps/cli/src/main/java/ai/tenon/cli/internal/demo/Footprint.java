package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.demo.SoakReport.Reading;
import ai.tenon.cli.internal.terminal.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads what a process has taken, as Linux and the JDK's own tool say it. */
final class Footprint {
    private Footprint() {}

    /**
     * Reads a process. A garbage collection comes first, so that only what is held counts.
     *
     * @param swaps that it has been through
     * @param temporary the folder of what it needs only while it runs
     */
    static Reading read(int swaps, long pid, Path temporary) throws InterruptedException {
        Path process = Path.of("/proc", Long.toString(pid));
        long loaders = -1;
        if (Files.isExecutable(jcmd())) {
            run(pid, "GC.run");
            // what only phantom or weak references hold is cleared by a second one
            run(pid, "GC.run");
            loaders =
                    run(pid, "VM.classloader_stats").stream()
                            .filter(line -> line.contains("BundleClassLoader"))
                            .count();
        }
        try (Stream<String> status = Files.lines(process.resolve("status"));
                Stream<String> maps = Files.lines(process.resolve("maps"));
                Stream<Path> files = Files.walk(temporary)) {
            double resident =
                    status.filter(line -> line.startsWith("VmRSS:"))
                            .mapToDouble(
                                    line ->
                                            Double.parseDouble(line.replaceAll("[^0-9]", ""))
                                                    / 1024)
                            .sum();
            long libraries =
                    maps.filter(line -> line.contains("r-xp") && line.contains(".so")).count();
            return new Reading(swaps, resident, loaders, libraries, files.count());
        } catch (IOException e) {
            throw new Failure(
                    "the gateway's process " + pid + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Path jcmd() {
        return Path.of(System.getProperty("java.home"), "bin", "jcmd");
    }

    private static List<String> run(long pid, String command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(jcmd().toString(), Long.toString(pid), command)
                            .redirectErrorStream(true)
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output.lines().toList();
        } catch (IOException e) {
            throw new Failure("jcmd failed: " + e.getMessage(), e);
        }
    }
}
