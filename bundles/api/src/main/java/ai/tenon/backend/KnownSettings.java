package ai.tenon.backend;

import ai.tenon.backend.BackendException.ErrorClass;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of {@link CompileOptions#settings} that a backend understands, by name. A backend
 * says them in {@link BackendDescription.Builder#settings} and refuses all others by {@link
 * #require}, so that a misspelt one is not a silent default.
 *
 * <p>{@code shape.INPUT}, a shape that calls will mostly have, is known to every backend: preparing
 * for it is allowed, not asked.
 */
public final class KnownSettings {
    /** No setting of the backend's own. */
    public static final KnownSettings NONE = of();

    private static final String SHAPE = "shape.";

    private final SortedSet<String> names;

    private KnownSettings(SortedSet<String> names) {
        this.names = Collections.unmodifiableSortedSet(names);
    }

    /**
     * @param names of settings; one that ends in a dot means all settings whose names begin with
     *     it, for a library that takes settings of its own
     */
    public static KnownSettings of(String... names) {
        return new KnownSettings(new TreeSet<>(Arrays.asList(names)));
    }

    /** The names and beginnings of names, sorted. */
    public SortedSet<String> names() {
        return names;
    }

    /** True if the backend knows this setting, whatever its value. */
    public boolean knows(String setting) {
        return begins(setting, SHAPE)
                || names.stream()
                        .anyMatch(
                                name ->
                                        name.endsWith(".")
                                                ? begins(setting, name)
                                                : name.equals(setting));
    }

    private static boolean begins(String setting, String prefix) {
        return setting.startsWith(prefix) && setting.length() > prefix.length();
    }

    /**
     * To be called before anything is compiled.
     *
     * @param backend its name
     * @throws BackendException of class FALLBACK if a setting is not known: another backend may
     *     know it; the message names the model, the backend, the setting, what it may have meant
     *     and the settings that are known
     */
    public void require(String backend, ModelSource source, CompileOptions options)
            throws BackendException {
        for (String setting : options.settings().keySet()) {
            if (!knows(setting)) {
                throw new BackendException(
                        ErrorClass.FALLBACK,
                        "model '"
                                + source.name()
                                + "': backend '"
                                + backend
                                + "' has no setting '"
                                + setting
                                + "'"
                                + near(setting)
                                        .map(name -> " (did you mean '" + name + "'?)")
                                        .orElse("")
                                + "; it knows "
                                + listed()
                                + "; correct the setting or leave it out");
            }
        }
    }

    private Optional<String> near(String setting) {
        Optional<String> name =
                NearMatch.of(setting, names.stream().filter(n -> !n.endsWith(".")).toList());
        int dot = setting.indexOf('.') + 1;
        if (name.isPresent() || dot == 0) {
            return name;
        }
        Stream<String> beginnings =
                Stream.concat(names.stream().filter(n -> n.endsWith(".")), Stream.of(SHAPE));
        return NearMatch.of(setting.substring(0, dot), beginnings.toList())
                .map(beginning -> beginning + setting.substring(dot));
    }

    private String listed() {
        return Stream.concat(
                        names.stream().map(name -> name.endsWith(".") ? name + "*" : name),
                        Stream.of(SHAPE + "INPUT"))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
