package ai.tenon.bench.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.management.ManagementException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CandidateNameTest {
    @Test
    void aBackendAlone() throws ManagementException {
        CandidateName name = CandidateName.parse("cpu");
        assertEquals("cpu", name.backend().name());
        assertEquals("cpu", name.head());
        assertFalse(name.endpoint());
        assertEquals(Map.of(), name.settings());
        assertNull(name.model());
    }

    @Test
    void everything() throws ManagementException {
        CandidateName name =
                CandidateName.parse("cpu@0.1.0+endpoint[precision=bf16;a=b=c]:/models/x:y.onnx");
        assertEquals("cpu", name.backend().name());
        assertEquals("0.1.0", name.backend().version());
        assertTrue(name.endpoint());
        assertEquals(Map.of("precision", "bf16", "a", "b=c"), name.settings());
        assertEquals(Path.of("/models/x:y.onnx"), name.model());
        assertEquals("cpu@0.1.0+endpoint[precision=bf16;a=b=c]:", name.head());
    }

    @Test
    void aPathThatIsWrittenOddlyKeepsTheBackendsName() throws ManagementException {
        assertEquals("cpu:", CandidateName.parse("cpu:a//b.onnx").head());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "@1.0", "+endpoint", ":x.onnx", "[a=b]", "cpu[a]", "cpu[=b]", "cpu:"})
    void whatNamesNoBackendIsRefused(String text) {
        ManagementException error =
                assertThrows(ManagementException.class, () -> CandidateName.parse(text));
        assertTrue(error.getMessage().contains("names no backend"), error.getMessage());
    }
}
