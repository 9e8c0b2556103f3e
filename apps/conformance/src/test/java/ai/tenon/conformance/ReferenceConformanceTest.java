package ai.tenon.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.reference.internal.ReferenceBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The reference backend on all node tests of ONNX, where the archive is at hand. */
class ReferenceConformanceTest {
    private static final int AT_LEAST = 1460;

    @Test
    void referencePassesWhatItSupports() throws IOException {
        ConformanceReport report =
                new Conformance(new ReferenceBackend(), new OnnxFormat(), Tolerance.ONNX)
                        .run(archive(), result -> {});
        assertEquals(List.of(), report.failures());
        assertTrue(report.passed() >= AT_LEAST, "passed only " + report.passed());
        report.unsupportedTests().forEach(each -> assertTrue(!each.reason().isBlank()));
    }

    private static Path archive() throws IOException {
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
