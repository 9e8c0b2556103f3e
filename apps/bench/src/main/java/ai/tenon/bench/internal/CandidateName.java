package ai.tenon.bench.internal;

import ai.tenon.management.BackendRef;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a candidate is: {@code NAME[@VERSION][+endpoint]}, then {@code [KEY=VALUE;KEY=VALUE]} and
 * {@code :FILE}, both of which may be missing.
 *
 * @param model null for the one that all have in common
 */
record CandidateName(
        String text,
        BackendRef backend,
        boolean endpoint,
        Map<String, String> settings,
        Path model) {
    private static final String THROUGH_ENDPOINT = "+endpoint";
    private static final Pattern FORM = Pattern.compile("([^\\[:]+)(?:\\[([^\\]]*)\\])?(?::(.+))?");

    static CandidateName parse(String text) throws ManagementException {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw malformed(text);
        }
        String name = matcher.group(1);
        boolean endpoint = name.endsWith(THROUGH_ENDPOINT);
        if (endpoint) {
            name = name.substring(0, name.length() - THROUGH_ENDPOINT.length());
        }
        if (name.isBlank()) {
            throw malformed(text);
        }
        Map<String, String> settings = new TreeMap<>();
        if (matcher.group(2) != null) {
            for (String setting : matcher.group(2).split(";")) {
                int equals = setting.indexOf('=');
                if (equals <= 0) {
                    throw malformed(text);
                }
                settings.put(setting.substring(0, equals), setting.substring(equals + 1));
            }
        }
        Path model = matcher.group(3) == null ? null : Path.of(matcher.group(3));
        return new CandidateName(text, BackendRef.parse(name), endpoint, settings, model);
    }

    private static ManagementException malformed(String text) {
        return new ManagementException(
                Kind.INVALID,
                "'"
                        + text
                        + "' names no backend; write name[@version][+endpoint], then settings as in"
                        + " [precision=bf16] and a model as in :other.onnx where you want them");
    }

    /** Short enough for a table: of a model its file name alone. */
    String label() {
        return model == null
                ? text
                : text.substring(0, text.length() - model.toString().length())
                        + model.getFileName();
    }
}
