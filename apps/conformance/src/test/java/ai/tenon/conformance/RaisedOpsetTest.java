package ai.tenon.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.opset.OpsetRaise;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ONNX's node tests hold as well when their models are raised to the newest operator set. */
class RaisedOpsetTest {
    @Test
    void raisedModelsGiveTheSameOutputs() throws Exception {
        int[] rewritten = {0};
        Rewritten suite =
                new Rewritten(
                        model -> {
                            if (model.opset("") < OpsetRaise.NEWEST) {
                                rewritten[0] += OpsetRaise.raise(model, OpsetRaise.NEWEST);
                            }
                        });
        List<String> failures = suite.failures();
        assertEquals(List.of(), failures);
        assertTrue(rewritten[0] > 40, "only " + rewritten[0] + " nodes were converted");
    }
}
