package ai.tenon.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.reference.internal.ReferenceBackend;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference backend on all node tests of ONNX, where the archive is at hand. */
class ReferenceConformanceTest {
    private static final int AT_LEAST = 1716;

    @Test
    void referencePassesWhatItSupports() throws IOException {
        ConformanceReport report =
                new Conformance(new ReferenceBackend(), new OnnxFormat(), Tolerance.ONNX)
                        .run(Archive.get(), result -> {});
        assertEquals(List.of(), report.failures());
        assertTrue(report.passed() >= AT_LEAST, "passed only " + report.passed());
        report.unsupportedTests().forEach(each -> assertTrue(!each.reason().isBlank()));
    }
}
