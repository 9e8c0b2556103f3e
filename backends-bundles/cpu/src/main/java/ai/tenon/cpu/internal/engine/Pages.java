package ai.tenon.cpu.internal.engine;

import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pages of a model's file that its weights were read from. Once these are packed nobody reads
 * them, and they need not be counted as the process's memory.
 */
public final class Pages {
    /** Smaller tensors are worth no call. */
    private static final int LEAST = 1 << 16;

    /** What lies between two tensors of a file is let go along with them. */
    private static final long GAP = 1 << 20;

    private Pages() {}

    /** Gives back the pages of a model's weights that lie in mapped files; they can be read on. */
    public static void release(Model model) {
        TreeMap<Long, Long> ends = new TreeMap<>();
        for (Value value : model.graph().initializers()) {
            if (value.constant() instanceof Tensor tensor && tensor.byteSize() >= LEAST) {
                ByteBuffer buffer = tensor.buffer();
                if (buffer.isDirect()) {
                    long address = Engine.address(buffer);
                    ends.merge(address, address + buffer.capacity(), Math::max);
                }
            }
        }
        long start = 0;
        long end = 0;
        for (Map.Entry<Long, Long> piece : ends.entrySet()) {
            if (piece.getKey() > end + GAP) {
                Library.releasePages(start, end - start);
                start = piece.getKey();
            }
            end = Math.max(end, piece.getValue());
        }
        Library.releasePages(start, end - start);
    }
}
