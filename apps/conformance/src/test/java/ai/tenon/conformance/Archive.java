package ai.tenon.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** ONNX's own backend tests, where they are at hand. */
final class Archive {
    private Archive() {}

    /** The archive; without it, the calling test is skipped. */
    static Path get() throws IOException {
        String given = System.getProperty("tenon.shared.data");
        Path data =
                given != null
                        ? Path.of(given)
                        : Path.of(System.getProperty("tenon.root", "."), "..", "shared", "data");
        Path folder = data.resolve("onnx-conformance");
        Assumptions.assumeTrue(Files.isDirectory(folder), "no ONNX backend tests at hand");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
