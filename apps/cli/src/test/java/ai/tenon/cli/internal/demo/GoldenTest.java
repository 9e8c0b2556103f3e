package ai.tenon.cli.internal.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Tensor;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GoldenTest {
    @Test
    void everySentenceHasTheModelsInputsAndItsOwnAnswer() throws IOException {
        for (Golden golden : Golden.load()) {
            assertEquals(
                    Set.of("input_ids", "attention_mask", "token_type_ids"),
                    golden.inputs().keySet());
            assertEquals(384, golden.expected().dim(2));
            assertTrue(golden.matches(Map.of("last_hidden_state", golden.expected())));
        }
    }

    @Test
    void smallNoiseIsTheSameAnswerAndMoreIsNot() throws IOException {
        Golden golden = Golden.load().get(0);
        assertTrue(golden.matches(changed(golden, 7, 0.0009f)));
        assertFalse(golden.matches(changed(golden, 7, 0.0011f)));
        assertFalse(golden.matches(changed(golden, 7, Float.NaN)));
        assertFalse(golden.matches(Map.of()));
        assertFalse(
                golden.matches(
                        Map.of("last_hidden_state", Tensor.ofFloats(new float[384], 1, 1, 384))));
    }

    private static Map<String, Tensor> changed(Golden golden, int index, float by) {
        float[] values = golden.expected().toFloats();
        values[index] += by;
        return Map.of("last_hidden_state", Tensor.ofFloats(values, golden.expected().shape()));
    }
}
