package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.graph.Node;
import java.util.Arrays;

/**
 * The window of a convolution or pooling over pictures, as native code takes it: two dimensions, of
 * which a signal of one has the second alone.
 *
 * @param size kernel height and width
 * @param pads at top and left
 */
record Window(long[] size, long[] strides, long[] dilations, long[] pads) {

    /**
     * The window of a node.
     *
     * @param input shape of what it moves over, [n, c, spatial…]
     * @param kernel lengths of the kernel, one per spatial dimension
     * @param transposed whether the node is a ConvTranspose, with {@code output} lengths
     */
    static Window of(Node node, long[] input, long[] kernel, boolean transposed, long[] output) {
        int spatial = input.length - 2;
        if (spatial < 1 || spatial > 2) {
            throw new Unsupported(node.opType() + " over " + spatial + " dimensions");
        }
        long[] ones = new long[spatial];
        Arrays.fill(ones, 1);
        long[] strides = node.intsAttribute("strides", ones);
        long[] dilations = node.intsAttribute("dilations", ones);
        long[] pads = node.intsAttribute("pads", new long[2 * spatial]);
        String auto = node.stringAttribute("auto_pad", "NOTSET");
        long[] before = new long[spatial];
        for (int i = 0; i < spatial; i++) {
            long reach = (kernel[i] - 1) * dilations[i] + 1;
            long total =
                    transposed
                            ? strides[i] * (input[i + 2] - 1)
                                    + reach
                                    + outputPadding(node, i)
                                    - output[i + 2]
                            : (output[i + 2] - 1) * strides[i] + reach - input[i + 2];
            total = Math.max(total, 0);
            boolean fitted = transposed && node.attribute("output_shape").isPresent();
            before[i] =
                    switch (auto) {
                        case "SAME_UPPER" -> total / 2;
                        case "SAME_LOWER" -> total - total / 2;
                        default -> fitted ? total - total / 2 : auto.equals("VALID") ? 0 : pads[i];
                    };
        }
        return new Window(two(kernel, 1), two(strides, 1), two(dilations, 1), two(before, 0));
    }

    private static long outputPadding(Node node, int axis) {
        long[] padding = node.intsAttribute("output_padding", null);
        return padding == null ? 0 : padding[axis];
    }

    private static long[] two(long[] lengths, long missing) {
        return lengths.length == 2 ? lengths : new long[] {missing, lengths[0]};
    }

    /** Height and width of a shape [n, c, spatial…]. */
    static long[] picture(long[] shape) {
        return shape.length == 4 ? new long[] {shape[2], shape[3]} : new long[] {1, shape[2]};
    }

    /** Kernel, as messages name it. */
    String words() {
        return size[0] + "x" + size[1];
    }
}
