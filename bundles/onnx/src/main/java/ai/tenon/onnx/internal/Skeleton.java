package ai.tenon.onnx.internal;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An ONNX message without its weights: every {@code raw_data} holds, in four bytes, the number of
 * the buffer that belongs there. The protobuf runtime copies what it parses and writes; so weights
 * never pass through it.
 */
final class Skeleton {
    private final List<ByteBuffer> weights = new ArrayList<>();

    /** The {@code raw_data} that stands for these weights, which are not copied. */
    ByteString add(ByteBuffer bytes) {
        weights.add(bytes);
        return ByteString.copyFrom(
                ByteBuffer.allocate(Integer.BYTES).putInt(0, weights.size() - 1));
    }

    /** The weights for which a {@code raw_data} stands; none for an empty one. */
    ByteBuffer get(ByteString rawData) {
        return rawData.isEmpty()
                ? ByteBuffer.allocate(0)
                : weights.get(rawData.asReadOnlyByteBuffer().getInt()).duplicate();
    }
}
