package ai.tenon.cpu.internal;

import ai.tenon.backend.ModelSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files of which is known that the backend runs all of their models, by their checksums: whoever
 * opens one again need not wait for it to be prepared. Models that were rewritten in memory are
 * looked at each time.
 */
final class Verdicts {
    private static final int MOST = 256;
    private static final String SHA256 = "[0-9a-f]{64}";

    private final Map<String, Boolean> complete =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > MOST;
                }
            };

    /** True if the whole model was found to be supported. */
    synchronized boolean isComplete(ModelSource source) {
        return source.file().isPresent() && complete.containsKey(key(source));
    }

    /** Notes that the whole model is supported. */
    synchronized void addComplete(ModelSource source) {
        if (source.file().isPresent() && source.sha256().matches(SHA256)) {
            complete.put(key(source), true);
        }
    }

    /** A package may have several models. */
    private static String key(ModelSource source) {
        return source.sha256() + " " + source.file().map(Path::getFileName).orElseThrow();
    }
}
