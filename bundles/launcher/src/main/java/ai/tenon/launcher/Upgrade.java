package ai.tenon.launcher;

import ai.tenon.store.BundleEntry;
import ai.tenon.store.Generation;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The three-way merge of a distribution's upgrade: what came from the old distribution and was not
 * changed since becomes what the new one says; what was installed, updated, removed or configured
 * since stays.
 */
final class Upgrade {
    private Upgrade() {}

    /**
     * @param base the old distribution
     * @param current what became of it here
     * @param shipped the new distribution
     * @return the current one, edited; number, parent and cause are still the current one's
     */
    static Generation.Builder merge(Generation base, Generation current, Generation shipped) {
        Generation.Builder merged = current.edit();
        Set<String> names = names(current);
        names.addAll(names(base));
        names.addAll(names(shipped));
        for (String name : names) {
            if (current.bundles(name).equals(base.bundles(name))) {
                current.bundles(name).forEach(merged::remove);
                shipped.bundles(name).forEach(merged::bundle);
            }
        }
        Set<String> pids = new TreeSet<>(base.configuration().keySet());
        pids.addAll(shipped.configuration().keySet());
        for (String pid : pids) {
            Map<String, Object> now = current.configuration().get(pid);
            if (Objects.equals(now, base.configuration().get(pid))) {
                merged.configuration(pid, shipped.configuration().getOrDefault(pid, Map.of()));
            }
        }
        return merged;
    }

    private static Set<String> names(Generation generation) {
        return generation.bundles().stream()
                .map(BundleEntry::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
