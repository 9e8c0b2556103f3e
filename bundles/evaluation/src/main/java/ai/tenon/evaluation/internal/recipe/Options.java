package ai.tenon.evaluation.internal.recipe;

import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.optimize.GraphPass;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.Quantizer;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Settings, sorted out by who understands them. */
public final class Options {
    private static final String ANY_END = ".*";

    private Options() {}

    /**
     * Settings of passes, by pass; those of others are left out.
     *
     * @param options in which the setting of a pass is spelt {@code pass.setting}
     */
    public static Map<String, Map<String, String>> ofPasses(
            Map<String, String> options, Collection<Versioned<GraphPass>> passes) {
        Map<String, Map<String, String>> split = new TreeMap<>();
        for (Versioned<GraphPass> pass : passes) {
            for (String setting : pass.service().settings()) {
                String value = options.get(pass.name() + "." + setting);
                if (value != null) {
                    split.computeIfAbsent(pass.name(), key -> new TreeMap<>()).put(setting, value);
                }
            }
        }
        return split;
    }

    /** Names of all options that these passes understand, as {@code pass.setting}. */
    public static Set<String> namesOf(Collection<Versioned<GraphPass>> passes) {
        Set<String> names = new TreeSet<>();
        passes.forEach(
                pass ->
                        pass.service()
                                .settings()
                                .forEach(setting -> names.add(pass.name() + "." + setting)));
        return names;
    }

    /** Names of settings that a scheme understands; those ending in {@code .*} with any end. */
    public static Set<String> namesOf(Quantizer quantizer, String scheme) {
        Set<String> names = new TreeSet<>(quantizer.settings(scheme));
        names.add(QuantizationScheme.EXCLUDE);
        names.add(QuantizationScheme.EXCLUDE_CLASSES);
        return names;
    }

    /**
     * @throws IllegalArgumentException if an option is none of {@code known}; the message says what
     *     there is
     */
    public static void check(Set<String> options, Set<String> known) {
        for (String option : options) {
            if (!known.contains(option) && known.stream().noneMatch(covering(option))) {
                throw new IllegalArgumentException(
                        "there is no setting '"
                                + option
                                + "' here; there are: "
                                + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
        }
    }

    private static Predicate<String> covering(String option) {
        return name ->
                name.endsWith(ANY_END)
                        && option.startsWith(name.substring(0, name.length() - 1))
                        && option.length() >= name.length();
    }
}
