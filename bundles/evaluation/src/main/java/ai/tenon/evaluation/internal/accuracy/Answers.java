package ai.tenon.evaluation.internal.accuracy;

import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the original answered to samples, kept as far as there is room. */
final class Answers {
    private static final long MOST_BYTES = 64 << 20;

    private final Map<Integer, Map<String, Tensor>> kept = new TreeMap<>();
    private long bytes;

    /** Keeps a copy, if there is room. */
    void keep(int number, Map<String, Tensor> outputs) {
        long needed = outputs.values().stream().mapToLong(Tensor::byteSize).sum();
        if (bytes + needed <= MOST_BYTES) {
            bytes += needed;
            Map<String, Tensor> copies = new LinkedHashMap<>();
            outputs.forEach((name, tensor) -> copies.put(name, copy(tensor)));
            kept.put(number, copies);
        }
    }

    /** True if the answers to all of so many samples are here. */
    boolean hasAll(int samples) {
        return kept.size() == samples;
    }

    Map<String, Tensor> get(int number) {
        return kept.get(number);
    }

    static Tensor copy(Tensor tensor) {
        if (tensor.type() == ai.tenon.graph.DataType.STRING) {
            return Tensor.ofStrings(tensor.strings().clone(), tensor.shape());
        }
        ByteBuffer copy = ByteBuffer.allocate(tensor.byteSize());
        copy.put(0, tensor.buffer(), 0, tensor.byteSize());
        return Tensor.of(tensor.type(), tensor.shape(), copy);
    }
}
