package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Node;
import java.util.Arrays;

/** What convolutions and pooling operators see beyond the border of their input. */
final class Windows {
    private Windows() {}

    /** True if the operator may see elements beyond the border. */
    static boolean isPadded(Node node) {
        String automatic = node.stringAttribute("auto_pad", "NOTSET");
        return automatic.equals("NOTSET")
                ? Arrays.stream(node.intsAttribute("pads", new long[0])).anyMatch(p -> p != 0)
                : !automatic.equals("VALID");
    }

    /** True for an AveragePool that takes zeros beyond the border into its average. */
    static boolean countsPadding(Node node) {
        return isPadded(node) && node.intAttribute("count_include_pad", 0) != 0;
    }
}
