package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.Node;
import java.util.Arrays;

/** Numbers of dimensions, and how operands' dimensions meet. */
public final class Dimensions {
    private Dimensions() {}

    /** The dimension that attribute {@code axis} names, counted from the first one. */
    public static int axis(Node node, long otherwise, int rank) {
        return (int) Math.floorMod(node.intAttribute("axis", otherwise), (long) Math.max(rank, 1));
    }

    /** The shape that two shapes are stretched to. */
    public static long[] broadcast(long[] a, long[] b) {
        long[] shape = new long[Math.max(a.length, b.length)];
        for (int i = 1; i <= shape.length; i++) {
            long left = i <= a.length ? a[a.length - i] : 1;
            long right = i <= b.length ? b[b.length - i] : 1;
            if (left != right && left != 1 && right != 1) {
                throw new Unsupported(
                        "shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " differ");
            }
            shape[shape.length - i] = left == 1 ? right : left;
        }
        return shape;
    }
}
