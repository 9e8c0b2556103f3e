package ai.tenon.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The canonical text of a generation: one fact per line, sorted. */
final class GenerationText {
    private static final String HEADER = "tenon-generation 1";
    private static final int HISTORY_LINES = 6;
    private static final int MAX_CHARS = 8 << 20;

    private final Generation.Builder builder = Generation.builder();
    private final Map<String, Map<String, Object>> configuration = new LinkedHashMap<>();
    private final Map<String, Draft> deployments = new LinkedHashMap<>();

    /** What is known of a deployment while its lines are read. */
    private record Draft(
            List<String> head,
            List<String> passes,
            Map<String, String> options,
            Map<String, String> settings) {}

    private GenerationText() {}

    static String write(Generation generation) {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        lines.add(Fields.line("number", generation.number()));
        lines.add(Fields.line("parent", generation.parent()));
        lines.add(Fields.line("distribution", generation.distribution()));
        lines.add(Fields.line("created", generation.created()));
        lines.add(Fields.line("cause", generation.cause()));
        for (BundleEntry b : generation.bundles()) {
            lines.add(Fields.line("bundle", b.name(), b.version(), b.sha256(), b.startLevel()));
        }
        generation
                .configuration()
                .forEach((pid, values) -> values.forEach((k, v) -> lines.add(value(pid, k, v))));
        generation.deployments().values().forEach(d -> write(d, lines));
        return String.join("\n", lines) + "\n";
    }

    private static String value(String pid, String key, Object value) {
        List<Object> fields = new ArrayList<>();
        if (value instanceof List<?> list) {
            fields.addAll(List.of("list", pid, key));
            fields.addAll(list);
        } else {
            fields.addAll(List.of("text", pid, key, value));
        }
        return Fields.line(fields.toArray());
    }

    private static void write(DeploymentEntry d, List<String> lines) {
        lines.add(
                Fields.line(
                        "deployment",
                        d.name(),
                        d.model(),
                        d.fileName(),
                        d.pin(),
                        d.loaded() ? "loaded" : "unloaded",
                        d.scheme()));
        d.passes().forEach(pass -> lines.add(Fields.line("pass", d.name(), pass)));
        d.options().forEach((k, v) -> lines.add(Fields.line("option", d.name(), k, v)));
        d.settings().forEach((k, v) -> lines.add(Fields.line("setting", d.name(), k, v)));
    }

    /** What a text says without its history: bundles, configuration and deployments. */
    static String content(String text) {
        int at = 0;
        for (int i = 0; i < HISTORY_LINES; i++) {
            at = text.indexOf('\n', at) + 1;
        }
        return text.substring(at);
    }

    static Generation parse(String text) throws StoreException {
        if (text.length() > MAX_CHARS) {
            throw new StoreException("a generation of more than " + MAX_CHARS + " characters");
        }
        String[] lines = text.split("\n", -1);
        if (!lines[0].equals(HEADER)) {
            throw new StoreException(
                    "not a generation of a known format: it does not begin with " + HEADER);
        }
        GenerationText parser = new GenerationText();
        for (int i = 1; i < lines.length - 1; i++) {
            parser.line(i + 1, lines[i]);
        }
        Generation generation = parser.finish();
        // The shortest strict check there is: what was read must be written the same way.
        if (!generation.text().equals(text)) {
            throw new StoreException("a generation that is not in canonical form");
        }
        return generation;
    }

    private void line(int number, String line) throws StoreException {
        try {
            fact(Fields.parse(line));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | StoreException e) {
            throw new StoreException(
                    "line " + number + " of a generation is wrong: " + e.getMessage(), e);
        }
    }

    private void fact(List<String> f) throws StoreException {
        switch (f.get(0)) {
            case "number" -> builder.number(Long.parseLong(f.get(1)));
            case "parent" -> builder.parent(f.get(1));
            case "distribution" -> builder.distribution(f.get(1));
            case "created" -> builder.created(Long.parseLong(f.get(1)));
            case "cause" -> builder.cause(f.get(1));
            case "bundle" ->
                    builder.bundle(
                            new BundleEntry(
                                    f.get(1), f.get(2), f.get(3), Integer.parseInt(f.get(4))));
            case "text" -> values(f.get(1)).put(f.get(2), f.get(3));
            case "list" -> values(f.get(1)).put(f.get(2), List.copyOf(f.subList(3, f.size())));
            case "deployment" ->
                    deployments.put(
                            f.get(1),
                            new Draft(f, new ArrayList<>(), new TreeMap<>(), new TreeMap<>()));
            case "pass" -> draft(f.get(1)).passes().add(f.get(2));
            case "option" -> draft(f.get(1)).options().put(f.get(2), f.get(3));
            case "setting" -> draft(f.get(1)).settings().put(f.get(2), f.get(3));
            default -> throw new StoreException("unknown fact '" + f.get(0) + "'");
        }
    }

    private Map<String, Object> values(String pid) {
        return configuration.computeIfAbsent(pid, p -> new TreeMap<>());
    }

    private Draft draft(String name) throws StoreException {
        Draft draft = deployments.get(name);
        if (draft == null) {
            throw new StoreException("it belongs to no deployment");
        }
        return draft;
    }

    private Generation finish() throws StoreException {
        try {
            configuration.forEach(builder::configuration);
            for (Draft d : deployments.values()) {
                List<String> f = d.head();
                builder.deployment(
                        new DeploymentEntry(
                                f.get(1),
                                f.get(2),
                                f.get(3),
                                f.get(4),
                                f.get(5).equals("loaded"),
                                d.passes(),
                                f.get(6),
                                d.options(),
                                d.settings()));
            }
            return builder.build();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new StoreException("a generation is wrong: " + e.getMessage(), e);
        }
    }
}
