package ai.tenon.passes.layout.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermutationTest {
    private final Permutation toLast = Permutation.of(0, 2, 3, 1);

    @Test
    void oneAfterAnother() {
        assertEquals(Permutation.of(0, 3, 1, 2), toLast.inverse());
        assertTrue(toLast.then(toLast.inverse()).isIdentity());
        assertEquals(Permutation.of(0, 3, 1, 2), toLast.then(toLast));
        assertEquals(1, toLast.before(-1));
        assertEquals(Permutation.of(0, 2, 1), toLast.without(List.of(1)));
    }

    @Test
    void channelsMove() {
        assertTrue(LayoutPropagation.movesChannels(toLast));
        assertTrue(LayoutPropagation.movesChannels(toLast.inverse()));
        assertTrue(LayoutPropagation.movesChannels(Permutation.of(0, 2, 1)));
        assertFalse(LayoutPropagation.movesChannels(Permutation.of(0, 2, 1, 3)));
        assertFalse(LayoutPropagation.movesChannels(Permutation.of(1, 0)));
    }

    @Test
    void contentsMove() {
        Tensor tensor = Tensor.ofLongs(new long[] {0, 1, 2, 3, 4, 5}, 1, 2, 3);
        Tensor moved = Permutation.of(2, 0, 1).apply(tensor);
        assertArrayEquals(new long[] {3, 1, 2}, moved.shape());
        assertArrayEquals(new long[] {0, 3, 1, 4, 2, 5}, moved.toLongs());
    }
}
