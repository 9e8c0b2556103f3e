package ai.tenon.djl.onnxruntime.next;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this process holds: class loaders of bundles, libraries, temporary files.
 *
 * @param classLoaders after a full collection
 * @param libraries ONNX Runtime's and the tokenizers', each once per copy that is mapped
 * @param temporaryFiles entries of the temporary folder
 */
record Footprint(long classLoaders, List<String> libraries, long temporaryFiles) {
    static Footprint now() throws IOException, JMException {
        return new Footprint(countClassLoaders(), listLibraries(), countTemporaryFiles());
    }

    /** Resident memory in MiB. */
    static long residentMebibytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024;
        }
    }

    /** The histogram that the virtual machine makes collects garbage first. */
    private static long countClassLoaders() throws JMException {
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .filter(line -> line.contains("BundleWiringImpl$BundleClassLoader"))
                .mapToLong(line -> Long.parseLong(line.trim().split("\\s+")[1]))
                .sum();
    }

    private static List<String> listLibraries() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains(" r-xp "))
                    .filter(line -> line.matches(".*/lib(onnxruntime|tokenizers).*\\.so.*"))
                    .map(
                            line ->
                                    Path.of(line.substring(line.indexOf('/')))
                                            .getFileName()
                                            .toString())
                    .sorted()
                    .toList();
        }
    }

    private static long countTemporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.count();
        }
    }
}
