package ai.tenon.core.internal;

import ai.tenon.management.BackendRef;
import ai.tenon.management.DeploymentSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * In which order backends are tried: first a pin, then the profile's list; of each backend the
 * newest version first.
 *
 * @param placement what the profile says of cutting models; see {@link Settings#placement}
 */
record Preference(List<String> names, String placement) {
    /** Name of the setting that says whether a model may be cut. */
    static final String PLACEMENT = "placement";

    private static final String SINGLE = "single";
    private static final Comparator<BackendEntry> NEWEST_FIRST =
            Comparator.comparing(BackendEntry::version).reversed();

    Preference {
        names = List.copyOf(names);
    }

    /** Place of a backend in the profile's list, from 1; 0 if it is not listed. */
    int placeOf(String name) {
        return names.indexOf(name) + 1;
    }

    /** The backends that a pin means. */
    static List<BackendEntry> pinned(BackendRef pin, Collection<BackendEntry> backends) {
        return backends.stream()
                .filter(entry -> !entry.isLeaving() && entry.matches(pin))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** The backends of the profile's list. */
    List<BackendEntry> listed(Collection<BackendEntry> backends) {
        List<BackendEntry> order = new ArrayList<>();
        for (String name : names) {
            order.addAll(pinned(new BackendRef(name, ""), backends));
        }
        return order;
    }

    /**
     * Those of {@code candidates} among which a deployment is placed: all, or the first alone if it
     * is pinned or the model must not be cut. Whoever pins a backend wants its answers, and not
     * those of a mixture.
     */
    List<BackendEntry> among(DeploymentSpec spec, List<BackendEntry> candidates) {
        boolean alone =
                spec.settings().getOrDefault(PLACEMENT, placement).equals(SINGLE)
                        || spec.pin() != null && candidates.get(0).matches(spec.pin());
        return alone ? candidates.subList(0, 1) : candidates;
    }

    /**
     * @throws IllegalArgumentException if it is no way to place a model
     */
    static void requirePlacement(String placement) {
        if (!placement.equals(SINGLE) && !placement.equals("auto")) {
            throw new IllegalArgumentException(
                    "setting placement=" + placement + " is unknown; it can be auto or single");
        }
    }

    /**
     * All that may serve, best first. When what is pinned is not here, the profile's list serves
     * meanwhile, visibly.
     *
     * @param pin null if there is none
     */
    List<BackendEntry> order(BackendRef pin, Collection<BackendEntry> backends) {
        List<BackendEntry> order = new ArrayList<>(pin == null ? List.of() : pinned(pin, backends));
        for (BackendEntry entry : listed(backends)) {
            if (!order.contains(entry)) {
                order.add(entry);
            }
        }
        return order;
    }
}
