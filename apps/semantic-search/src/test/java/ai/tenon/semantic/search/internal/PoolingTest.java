package ai.tenon.semantic.search.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.tenon.graph.Tensor;
import org.junit.jupiter.api.Test;

class PoolingTest {
    @Test
    void meanLeavesMaskedTokensOut() {
        Tensor output = Tensor.ofFloats(new float[] {1, 2, 5, 6, 100, 100}, 1, 3, 2);
        float[] vector = Pooling.sentence(output, new long[] {1, 1, 0});
        // mean (3, 4), length 5
        assertArrayEquals(new float[] {0.6f, 0.8f}, vector, 1e-6f);
    }

    @Test
    void paddingBeyondTheTokensDoesNotCount() {
        Tensor output = Tensor.ofFloats(new float[] {3, 4, 100, 100}, 1, 2, 2);
        assertArrayEquals(
                new float[] {0.6f, 0.8f}, Pooling.sentence(output, new long[] {1}), 1e-6f);
    }

    @Test
    void aModelMayPoolItself() {
        Tensor output = Tensor.ofFloats(new float[] {0, -2}, 1, 2);
        assertArrayEquals(new float[] {0, -1}, Pooling.sentence(output, new long[] {1, 1}), 1e-6f);
    }

    @Test
    void zerosStayZeros() {
        Tensor output = Tensor.ofFloats(new float[2], 1, 1, 2);
        assertArrayEquals(new float[2], Pooling.sentence(output, new long[] {1}), 0);
    }

    @Test
    void otherOutputsAreRefused() {
        Tensor logits = Tensor.ofFloats(new float[2], 2);
        Tensor integers = Tensor.ofLongs(new long[2], 1, 2);
        Tensor tooShort = Tensor.ofFloats(new float[2], 1, 1, 2);
        for (Tensor output : new Tensor[] {logits, integers, tooShort}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Pooling.sentence(output, new long[] {1, 1}));
        }
    }
}
