package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;

/** Relu and Clip in front of a quantization that saturates where they clamp. */
final class Clamps {
    private Clamps() {}

    /**
     * Removes the clamp that makes {@code value}, if what its codes can say is within its bounds
     * and nobody else reads what it clamps.
     *
     * @return what to quantize: the clamp's input, or {@code value} itself
     */
    static Value absorb(Value value, Affine affine) {
        Node clamp = value.producer();
        if (clamp == null
                || !clamp.domain().isEmpty()
                || clamp.input(0).producer() == null
                || !Match.isReadOnce(clamp.input(0))
                || !covers(clamp, affine)) {
            return value;
        }
        Value input = clamp.input(0);
        return Rewrite.bypass(value, input) ? input : value;
    }

    private static boolean covers(Node clamp, Affine affine) {
        double slack = affine.scale() / 2.0;
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        if (clamp.opType().equals("Relu")) {
            low = 0;
        } else if (clamp.opType().equals("Clip")) {
            low = bound(clamp, 1, low);
            high = bound(clamp, 2, high);
        } else {
            return false;
        }
        return affine.min() >= low - slack && affine.max() <= high + slack;
    }

    /** NaN, which covers nothing, for a computed bound. */
    private static double bound(Node clip, int input, double unbounded) {
        return clip.input(input) == null
                ? unbounded
                : Constants.scalar(clip.input(input)).orElse(Double.NaN);
    }
}
