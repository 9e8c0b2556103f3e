package ai.tenon.passes.layout.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.passes.testing.Suite;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** ONNX's node tests hold after all passes. */
class ConformanceTest {
    @Test
    void nodeTestsHoldAsBefore() throws IOException {
        int changes =
                Suite.assertPassed(
                        new LayoutPropagation(),
                        new TransposeIntoWeights(),
                        new TransposeCancellation(),
                        new TransposeToReshape());
        assertTrue(changes > 0, "no changes");
    }
}
