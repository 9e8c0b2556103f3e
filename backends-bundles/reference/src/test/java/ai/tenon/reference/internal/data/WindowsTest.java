package ai.tenon.reference.internal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class WindowsTest {
    @Test
    void tapsOutsideOfTheImageLieInThePadding() {
        Windows windows =
                new Windows.Parameters("NOTSET", null, null, new long[] {1, 1}, false)
                        .over(new long[] {3}, new long[] {3});
        assertArrayEquals(new int[][] {{-1, 0, 1}, {0, 1, 2}, {1, 2, -1}}, windows.locations());
    }

    @Test
    void theLastWindowMayNotBeginBehindTheImage() {
        long[] pads = {0, 2};
        long[] strides = {2};
        var ceil = new Windows.Parameters("NOTSET", strides, null, pads, true);
        assertEquals(2, ceil.over(new long[] {4}, new long[] {3}).out()[0]);
        var floor = new Windows.Parameters("NOTSET", strides, null, pads, false);
        assertEquals(2, floor.over(new long[] {4}, new long[] {3}).out()[0]);
    }

    @Test
    void sameKeepsTheLengthAndPadsTheSideThatItsNameSays() {
        var upper = new Windows.Parameters("SAME_UPPER", null, null, null, false);
        var lower = new Windows.Parameters("SAME_LOWER", null, null, null, false);
        Windows even = upper.over(new long[] {4}, new long[] {2});
        assertEquals(4, even.out()[0]);
        assertEquals(0, even.before()[0]);
        assertEquals(1, lower.over(new long[] {4}, new long[] {2}).before()[0]);
    }

    @Test
    void aKernelLargerThanTheImageIsRefused() {
        var plain = new Windows.Parameters("NOTSET", null, null, null, false);
        assertThrows(
                IllegalArgumentException.class, () -> plain.over(new long[] {2}, new long[] {3}));
    }
}
