package ai.tenon.evaluation.internal.room;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** Services of one type, found by {@code name[@version]}. They come and go at any time. */
public final class Shelf<T> {
    private final Map<ServiceReference<T>, Item<T>> items = new ConcurrentHashMap<>();
    private final String kind;
    private final Function<T, Set<String>> names;

    private record Item<T>(T service, Version version) {}

    /**
     * @param kind what messages call such a service
     * @param names under which one is known
     */
    Shelf(String kind, Function<T, Set<String>> names) {
        this.kind = kind;
        this.names = names;
    }

    void add(ServiceReference<T> reference, T service) {
        items.put(reference, new Item<>(service, reference.getBundle().getVersion()));
    }

    void remove(ServiceReference<T> reference) {
        items.remove(reference);
    }

    /** All names that are known here, sorted. */
    public Set<String> names() {
        Set<String> all = new TreeSet<>();
        items.values().forEach(item -> all.addAll(names.apply(item.service())));
        return all;
    }

    /** True if there is something of that name. */
    public boolean has(String name) {
        return all(name).findAny().isPresent();
    }

    /**
     * What is meant, in its highest version unless one is named.
     *
     * @param reference {@code name[@version]}
     * @throws IllegalArgumentException if it is not here; the message says what is
     */
    public Versioned<T> get(String reference) {
        int at = reference.lastIndexOf('@');
        String name = at < 0 ? reference : reference.substring(0, at);
        String version = at < 0 ? "" : reference.substring(at + 1);
        return all(name)
                .filter(item -> version.isEmpty() || version.equals(item.version().toString()))
                .max(Comparator.comparing(Versioned::version))
                .orElseThrow(() -> missing(reference));
    }

    private Stream<Versioned<T>> all(String name) {
        return items.values().stream()
                .filter(item -> names.apply(item.service()).contains(name))
                .map(item -> new Versioned<>(name, item.version(), item.service()));
    }

    private IllegalArgumentException missing(String reference) {
        Set<String> here = new TreeSet<>();
        names().forEach(name -> all(name).forEach(item -> here.add(item.reference())));
        return new IllegalArgumentException(
                "there is no "
                        + kind
                        + " '"
                        + reference
                        + "' here; there are: "
                        + (here.isEmpty() ? "none" : String.join(", ", here)));
    }
}
