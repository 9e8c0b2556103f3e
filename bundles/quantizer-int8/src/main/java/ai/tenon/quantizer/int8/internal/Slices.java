package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Tensor;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The elements of a FLOAT tensor channel by channel, read in runs: a large weight is never on the
 * heap as a whole.
 */
final class Slices {
    private static final int RUN = 1 << 14;

    private final FloatBuffer buffer;
    private final int outer;
    private final int channels;
    private final int inner;

    /**
     * @param channelAxis the dimension of channels; -1 to see all elements as one channel
     */
    Slices(Tensor tensor, int channelAxis) {
        buffer = tensor.buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        channels = channelAxis < 0 ? 1 : (int) tensor.dim(channelAxis);
        int before = 1;
        for (int axis = 0; axis < channelAxis; axis++) {
            before *= (int) tensor.dim(axis);
        }
        outer = before;
        inner = tensor.size() / outer / channels;
    }

    int channels() {
        return channels;
    }

    /** Receives elements that stand one behind the other. */
    interface Visitor {
        /**
         * @param index of the first element in the tensor
         * @param channel of the first element
         * @param inner elements in a row that belong to one channel
         */
        void run(float[] values, int count, int index, int channel, int inner);
    }

    /**
     * Visits all elements in their order. A run contains whole channels, or a part of a single one.
     */
    void forEach(Visitor visitor) {
        boolean whole = inner <= RUN;
        int perRun = whole ? Math.max(1, RUN / inner) * inner : RUN;
        float[] run = new float[perRun];
        for (int row = 0; row < outer; row++) {
            int start = row * channels * inner;
            int end = start + channels * inner;
            for (int at = start; at < end; ) {
                int channel = (at - start) / inner;
                int limit = whole ? end : start + (channel + 1) * inner;
                int count = Math.min(perRun, limit - at);
                buffer.get(at, run, 0, count);
                visitor.run(run, count, at, channel, whole ? inner : count);
                at += count;
            }
        }
    }
}
