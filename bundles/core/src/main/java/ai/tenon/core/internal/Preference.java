package ai.tenon.core.internal;

import ai.tenon.management.BackendRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * In which order backends are tried: first a pin, then the profile's list; of each backend the
 * newest version first.
 */
record Preference(List<String> names) {
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
