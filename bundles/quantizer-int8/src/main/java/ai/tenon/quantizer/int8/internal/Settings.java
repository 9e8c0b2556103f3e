package ai.tenon.quantizer.int8.internal;

import ai.tenon.quantize.QuantizationScheme;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the settings of a scheme; says which one is no good and what would be. */
final class Settings {
    private final QuantizationScheme scheme;

    /**
     * @param known names that are understood, those ending in {@code .*} with any end
     * @throws IllegalArgumentException if the scheme has another one
     */
    Settings(QuantizationScheme scheme, Set<String> known) {
        this.scheme = scheme;
        for (String name : scheme.settings().keySet()) {
            if (known.stream().noneMatch(pattern -> matches(name, pattern))) {
                throw new IllegalArgumentException(
                        scheme.name()
                                + " has no setting '"
                                + name
                                + "'; it has "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    private static boolean matches(String name, String pattern) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }

    boolean flag(String name, boolean otherwise) {
        return choice(name, Boolean.toString(otherwise), "true", "false").equals("true");
    }

    /** One of a few words; the default need not be the first. */
    String choice(String name, String otherwise, String... allowed) {
        String value = scheme.setting(name, otherwise);
        if (!List.of(allowed).contains(value)) {
            throw wrong(name, value, "one of " + String.join(", ", allowed));
        }
        return value;
    }

    /** A number above {@code low} and at most {@code high}; empty if it is not given. */
    Optional<Double> number(String name, double low, double high) {
        String value = scheme.setting(name, "");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String range = "a number above " + low + " and at most " + high;
        try {
            double number = Double.parseDouble(value);
            if (number > low && number <= high) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            throw wrong(name, value, range);
        }
        throw wrong(name, value, range);
    }

    /** A power of two that is no less than {@code least}. */
    int powerOfTwo(String name, int otherwise, int least) {
        String value = scheme.setting(name, Integer.toString(otherwise));
        if (value.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && Integer.bitCount(number) == 1) {
                return number;
            }
        }
        throw wrong(name, value, "a power of two from " + least + " on");
    }

    /** Words out of {@code allowed}, separated by {@code ;}. */
    Set<String> words(String name, Set<String> otherwise, Set<String> allowed) {
        if (!scheme.settings().containsKey(name)) {
            return otherwise;
        }
        Set<String> words = new LinkedHashSet<>(scheme.list(name));
        for (String word : words) {
            if (!allowed.contains(word)) {
                throw wrong(
                        name,
                        word,
                        "some of " + String.join(";", allowed.stream().sorted().toList()));
            }
        }
        return words;
    }

    /** Lists of finite numbers by what follows {@code prefix} in their names. */
    Map<String, float[]> numbers(String prefix) {
        Map<String, float[]> found = new TreeMap<>();
        scheme.settings()
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(prefix)) {
                                found.put(name.substring(prefix.length()), list(name, value));
                            }
                        });
        return found;
    }

    private float[] list(String name, String value) {
        String[] parts = value.split(",");
        float[] numbers = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = Float.parseFloat(parts[i]);
            } catch (NumberFormatException e) {
                throw wrong(name, value, "numbers separated by commas");
            }
            if (!Float.isFinite(numbers[i])) {
                throw wrong(name, value, "finite numbers");
            }
        }
        return numbers;
    }

    /** What {@link #numbers} reads, in the shortest form that gives the same numbers. */
    static String text(float... numbers) {
        StringBuilder text = new StringBuilder();
        for (float number : numbers) {
            text.append(text.isEmpty() ? "" : ",").append(number);
        }
        return text.toString();
    }

    /** Layers and classes that stay as they are. */
    Excluded excluded() {
        return new Excluded(
                scheme.list(QuantizationScheme.EXCLUDE),
                scheme.list(QuantizationScheme.EXCLUDE_CLASSES));
    }

    private IllegalArgumentException wrong(String name, String value, String expected) {
        return new IllegalArgumentException(
                scheme.name() + ": " + name + "=" + value + ", but it has to be " + expected);
    }
}
