package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Node;
import java.util.Arrays;

/** What a Conv or a pooling operator says of its window's place. */
final class Padding {
    private Padding() {}

    /** True if the operator may see elements beyond the border of its input. */
    static boolean isPadded(Node node) {
        return switch (node.stringAttribute("auto_pad", "NOTSET")) {
            case "NOTSET" -> !isZero(node.intsAttribute("pads", new long[0]));
            case "VALID" -> false;
            default -> true;
        };
    }

    /**
     * The padding, first at the beginning of each axis, then at the end.
     *
     * @param kernel lengths of the window
     * @return null if it depends on the input
     */
    static long[] of(Node node, long[] kernel) {
        int axes = kernel.length;
        String automatic = node.stringAttribute("auto_pad", "NOTSET");
        if (automatic.equals("NOTSET")) {
            return node.intsAttribute("pads", new long[2 * axes]);
        }
        long[] pads = new long[2 * axes];
        if (automatic.equals("VALID")) {
            return pads;
        }
        if (!isOne(strides(node, axes))) {
            return null;
        }
        long[] dilations = dilations(node, axes);
        for (int i = 0; i < axes; i++) {
            long total = dilations[i] * (kernel[i] - 1);
            long less = total / 2;
            pads[i] = automatic.equals("SAME_UPPER") ? less : total - less;
            pads[axes + i] = total - pads[i];
        }
        return pads;
    }

    static long[] strides(Node node, int axes) {
        return node.intsAttribute("strides", ones(axes));
    }

    static long[] dilations(Node node, int axes) {
        return node.intsAttribute("dilations", ones(axes));
    }

    static boolean isZero(long[] values) {
        return Arrays.stream(values).allMatch(value -> value == 0);
    }

    static boolean isOne(long[] values) {
        return Arrays.stream(values).allMatch(value -> value == 1);
    }

    private static long[] ones(int axes) {
        long[] ones = new long[axes];
        Arrays.fill(ones, 1);
        return ones;
    }
}
