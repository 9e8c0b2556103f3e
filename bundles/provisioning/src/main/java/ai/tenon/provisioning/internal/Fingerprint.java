package ai.tenon.provisioning.internal;

import ai.tenon.management.Request;
import ai.tenon.store.Sha256;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Tells requests apart, also across restarts. */
final class Fingerprint {
    private Fingerprint() {}

    static String of(Request request) {
        StringBuilder text = new StringBuilder(request.kind());
        try {
            for (RecordComponent component : request.getClass().getRecordComponents()) {
                Object value = component.getAccessor().invoke(request);
                // The order of immutable maps differs from one JVM to the next.
                Object sorted = value instanceof Map<?, ?> map ? new TreeMap<>(map) : value;
                text.append('\n').append(component.getName()).append('=').append(sorted);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
