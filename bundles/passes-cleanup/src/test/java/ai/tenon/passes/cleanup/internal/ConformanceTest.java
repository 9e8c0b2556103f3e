package ai.tenon.passes.cleanup.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.passes.testing.Suite;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** ONNX's node tests hold after all passes. */
class ConformanceTest {
    @Test
    void nodeTestsHoldAsBefore() throws IOException {
        int changes = Suite.assertPassed((Model model) -> Passes.applyAll(model));
        assertTrue(changes > 1000, "only " + changes + " changes");
    }
}
