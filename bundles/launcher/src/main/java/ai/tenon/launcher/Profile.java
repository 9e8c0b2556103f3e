package ai.tenon.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A distribution's {@code profile.properties}: how its bundles are started and configured.
 *
 * @param name of the distribution's folder
 * @param startLevels by symbolic name
 * @param configuration by PID; values are {@code String} or {@code List<String>}
 */
record Profile(
        String name,
        boolean command,
        int defaultStartLevel,
        Map<String, Integer> startLevels,
        Map<String, Map<String, Object>> configuration) {
    static Profile read(Path distribution) throws IOException, UsageException {
        Path file = distribution.resolve("profile.properties");
        if (!Files.isRegularFile(file)) {
            throw new UsageException(
                    distribution + " is no distribution: it has no profile.properties");
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, Integer> levels = new TreeMap<>();
        Map<String, Map<String, Object>> configuration = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            String value = properties.getProperty(key).strip();
            if (key.startsWith("startlevel.")) {
                levels.put(key.substring("startlevel.".length()), level(key, value));
            } else if (key.startsWith("config.")) {
                configure(configuration, key.substring("config.".length()), value);
            }
        }
        Integer defaultLevel = levels.remove("default");
        return new Profile(
                distribution.getFileName().toString(),
                properties.getProperty("mode", "gateway").strip().equals("command"),
                defaultLevel == null ? 10 : defaultLevel,
                levels,
                configuration);
    }

    private static int level(String key, String value) throws UsageException {
        try {
            return Math.max(1, Integer.parseInt(value));
        } catch (NumberFormatException e) {
            throw new UsageException("profile.properties: " + key + " is no number: " + value);
        }
    }

    private static void configure(
            Map<String, Map<String, Object>> configuration, String place, String value)
            throws UsageException {
        int slash = place.indexOf('/');
        if (slash <= 0 || slash == place.length() - 1) {
            throw new UsageException(
                    "profile.properties: config." + place + " is not config.<pid>/<key>");
        }
        String key = place.substring(slash + 1);
        Map<String, Object> values =
                configuration.computeIfAbsent(place.substring(0, slash), p -> new TreeMap<>());
        if (key.endsWith("[]")) {
            values.put(key.substring(0, key.length() - 2), list(value));
        } else {
            values.put(key, value);
        }
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    int startLevel(String symbolicName) {
        return startLevels.getOrDefault(symbolicName, defaultStartLevel);
    }
}
