package ai.tenon.reference.internal.data;

import java.util.Arrays;

/**
 * How a window of taps slides over the spatial dimensions of an image: the geometry of convolutions
 * and pooling, of any rank.
 *
 * @param in spatial lengths of the image
 * @param out number of window positions along each
 * @param kernel number of taps along each
 * @param before padding in front of each
 */
public record Windows(
        long[] in, long[] out, long[] kernel, long[] strides, long[] dilations, long[] before) {

    /** What a node says about its windows; null where it does not. */
    public record Parameters(
            String autoPad, long[] strides, long[] dilations, long[] pads, boolean ceil) {
        /** The windows of this kind over an image of these spatial lengths. */
        public Windows over(long[] in, long[] kernel) {
            int rank = in.length;
            long[] steps = strides == null ? ones(rank) : strides;
            long[] spread = dilations == null ? ones(rank) : dilations;
            long[] before = new long[rank];
            long[] out = new long[rank];
            for (int i = 0; i < rank; i++) {
                long extent = spread[i] * (kernel[i] - 1) + 1;
                long after = 0;
                if (autoPad.startsWith("SAME")) {
                    out[i] = (in[i] + steps[i] - 1) / steps[i];
                    long total = Math.max(0, (out[i] - 1) * steps[i] + extent - in[i]);
                    before[i] = autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2;
                    continue;
                }
                if (pads != null && !autoPad.equals("VALID")) {
                    before[i] = pads[i];
                    after = pads[rank + i];
                }
                long room = in[i] + before[i] + after - extent;
                if (room < 0) {
                    throw new IllegalArgumentException(
                            "a kernel of "
                                    + Arrays.toString(kernel)
                                    + " is larger than the image "
                                    + Arrays.toString(in));
                }
                out[i] = (ceil ? room + steps[i] - 1 : room) / steps[i] + 1;
                // A last window that would begin in the padding behind the image is left out.
                if (ceil && (out[i] - 1) * steps[i] >= in[i] + before[i]) {
                    out[i]--;
                }
            }
            return new Windows(in, out, kernel, steps, spread, before);
        }
    }

    public static long[] ones(int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Number of elements of the image. */
    public int inSize() {
        return Strides.product(in, 0, in.length);
    }

    /** Number of windows. */
    public int outSize() {
        return Strides.product(out, 0, out.length);
    }

    /** Number of taps of a window. */
    public int taps() {
        return Strides.product(kernel, 0, kernel.length);
    }

    /**
     * Where tap {@code tap} of the windows from {@code from} on lies in the image; -1 in the
     * padding.
     */
    public void locate(int tap, int from, int count, int[] positions) {
        int[] offset = Strides.coordinates(tap, kernel);
        int[] at = Strides.coordinates(from, out);
        int rank = in.length;
        for (int i = 0; i < count; i++) {
            long position = 0;
            for (int axis = 0; axis < rank; axis++) {
                long x = at[axis] * strides[axis] - before[axis] + offset[axis] * dilations[axis];
                if (x < 0 || x >= in[axis]) {
                    position = -1;
                    break;
                }
                position = position * in[axis] + x;
            }
            positions[i] = (int) position;
            for (int axis = rank - 1; axis >= 0 && ++at[axis] == out[axis]; axis--) {
                at[axis] = 0;
            }
        }
    }

    /** For every tap, {@link #locate} of all windows. */
    public int[][] locations() {
        int[][] all = new int[taps()][outSize()];
        for (int tap = 0; tap < all.length; tap++) {
            locate(tap, 0, all[tap].length, all[tap]);
        }
        return all;
    }
}
