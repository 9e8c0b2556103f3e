package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.layer.Layer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Which layers share a pass over the calibration data. */
final class Batches {
    private Batches() {}

    /**
     * As many groups at a time as the memory allows, and at least one.
     *
     * @param groups layers that read the same weights; the first stands for all
     * @param needed whether products of a layer's inputs are needed
     * @param limit bytes for products of inputs
     */
    static List<List<List<Layer>>> of(
            List<List<Layer>> groups, Predicate<Layer> needed, long limit) {
        List<List<List<Layer>>> batches = new ArrayList<>();
        Set<String> inputs = new HashSet<>();
        long used = 0;
        for (List<Layer> group : groups) {
            Layer first = group.get(0);
            String key = InputProducts.key(first);
            long bytes = InputProducts.bytes(first);
            boolean isNeeded = needed.test(first);
            boolean full = isNeeded && !inputs.contains(key) && used > 0 && used + bytes > limit;
            if (batches.isEmpty() || full) {
                batches.add(new ArrayList<>());
                inputs.clear();
                used = 0;
            }
            if (isNeeded && inputs.add(key)) {
                used += bytes;
            }
            batches.get(batches.size() - 1).add(group);
        }
        return batches;
    }
}
