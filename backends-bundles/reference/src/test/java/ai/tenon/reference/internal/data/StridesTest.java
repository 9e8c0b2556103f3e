package ai.tenon.reference.internal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StridesTest {
    @Test
    void shapesBroadcastFromTheInnermostDimension() {
        assertArrayEquals(
                new long[] {5, 2, 3},
                Strides.broadcast(new long[] {2, 1}, new long[] {3}, new long[] {5, 1, 1}));
        assertArrayEquals(new long[] {0, 3}, Strides.broadcast(new long[] {0, 1}, new long[] {3}));
        assertThrows(
                IllegalArgumentException.class,
                () -> Strides.broadcast(new long[] {2}, new long[] {3}));
    }

    @Test
    void aBroadcastTensorIsReadAgainAlongItsDimensionsOfOne() {
        assertArrayEquals(
                new int[] {0, 0, 0, 1, 1, 1},
                Strides.broadcastIndex(new long[] {2, 1}, new long[] {2, 3}));
        assertThrows(
                IllegalArgumentException.class,
                () -> Strides.broadcastIndex(new long[] {2, 3}, new long[] {2, 1}));
    }

    @Test
    void indexWalksAnyStridesNegativeOnesToo() {
        assertArrayEquals(
                new int[] {5, 3, 1, 4, 2, 0},
                Strides.index(new long[] {2, 3}, new int[] {-1, -2}, 5));
        assertArrayEquals(new int[] {7}, Strides.index(new long[0], new int[0], 7));
        assertArrayEquals(new int[0], Strides.index(new long[] {2, 0}, new int[] {1, 1}, 0));
    }

    @Test
    void lanesStartAtEveryElementOfTheOtherAxes() {
        Lanes lanes = new Lanes(new long[] {2, 3, 2}, 1);
        assertArrayEquals(new int[] {0, 1, 6, 7}, lanes.starts);
        assertArrayEquals(new int[] {0, 2, 4}, lanes.offsets);
        assertArrayEquals(new long[] {2, 2}, lanes.reduced(false));
        assertArrayEquals(new long[] {2, 1, 2}, lanes.reduced(true));
    }
}
