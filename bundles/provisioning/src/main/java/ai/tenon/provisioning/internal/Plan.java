package ai.tenon.provisioning.internal;

import ai.tenon.store.BundleEntry;
import ai.tenon.store.Generation;
import java.util.ArrayList;
import java.util.List;

/**
 * How two generations differ.
 *
 * @param arriving bundles of the target only
 * @param leaving bundles of the current one only
 */
record Plan(Generation target, List<BundleEntry> arriving, List<BundleEntry> leaving) {
    static Plan of(Generation current, Generation target) {
        List<BundleEntry> arriving = new ArrayList<>(target.bundles());
        arriving.removeAll(current.bundles());
        List<BundleEntry> leaving = new ArrayList<>(current.bundles());
        leaving.removeAll(target.bundles());
        return new Plan(target, List.copyOf(arriving), List.copyOf(leaving));
    }

    /** True if a bundle comes back with the same name and version but other content. */
    boolean collides() {
        return arriving.stream()
                .anyMatch(a -> leaving.stream().anyMatch(l -> l.identity().equals(a.identity())));
    }

    String summary() {
        List<String> parts = new ArrayList<>();
        arriving.forEach(b -> parts.add("+ " + b.identity()));
        leaving.forEach(b -> parts.add("- " + b.identity()));
        return parts.isEmpty() ? "no bundles change" : String.join(", ", parts);
    }
}
