package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Bounds by how much a constant that is computed beforehand may enlarge a model. */
final class Growth {
    private static final long MOST = 64 << 10;

    private Growth() {}

    /** True if the contents take no more than what they are computed from, or little more. */
    static boolean isSmall(Value value, Tensor contents) {
        return contents.byteSize() - read(value) <= MOST;
    }

    /** Bytes of the constants that a value is computed from, if nothing else reads them. */
    private static long read(Value value) {
        long bytes = 0;
        Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Value> open = new ArrayDeque<>(List.of(value));
        while (!open.isEmpty()) {
            Value current = open.pop();
            Tensor constant = Constants.tensor(current);
            if (!seen.add(current) || current != value && current.uses().size() > 1) {
                continue;
            }
            if (constant != null) {
                bytes += constant.byteSize();
            } else if (current.producer() != null) {
                current.producer().inputs().stream()
                        .filter(input -> input != null)
                        .forEach(open::add);
            }
        }
        return bytes;
    }
}
