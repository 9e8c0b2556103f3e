package ai.tenon.bench.internal;

import ai.tenon.management.BackendRef;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a candidate is: {@code NAME[@VERSION][+endpoint]}, then {@code [KEY=VALUE;KEY=VALUE]} and
 * {@code :FILE}, both of which may be missing.
 *
 * @param head all that was written before the model's path, the colon included
 * @param model as it was written; null for the one that all have in common
 */
record CandidateName(
        String head,
        BackendRef backend,
        boolean endpoint,
        Map<String, String> settings,
        Path model) {
    private static final String THROUGH_ENDPOINT = "+endpoint";
    private static final Pattern FORM = Pattern.compile("([^\\[:]+)(?:\\[([^\\]]*)\\])?(?::(.+))?");

    /**
     * Reads what was written.
     *
     * @throws ManagementException INVALID if it has another form
     */
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
        if (name.isBlank() || name.startsWith("@")) {
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
        boolean own = matcher.group(3) != null;
        return new CandidateName(
                own ? text.substring(0, matcher.start(3)) : text,
                BackendRef.parse(name),
                endpoint,
                settings,
                own ? Path.of(matcher.group(3)) : null);
    }

    private static ManagementException malformed(String text) {
        return new ManagementException(
                Kind.INVALID,
                "'"
                        + text
                        + "' names no backend; write name[@version][+endpoint], then settings as in"
                        + " [precision=bf16] and a model as in :other.onnx where you want them");
    }

    /** True if both are the same, however they are written. */
    boolean means(CandidateName other) {
        return backend.equals(other.backend)
                && endpoint == other.endpoint
                && settings.equals(other.settings)
                && Objects.equals(file(), other.file());
    }

    private Path file() {
        return model == null ? null : model.toAbsolutePath().normalize();
    }
}
