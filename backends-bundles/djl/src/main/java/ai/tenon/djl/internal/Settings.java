package ai.tenon.djl.internal;

import java.nio.file.Path;
import java.util.Map;

/**
 * What DJL has to know before its first class is loaded: no usage statistics (by default it
 * contacts the cloud's metadata address at each engine load), no downloads, files in this bundle's
 * own data area, no second engine for operations that ONNX Runtime's arrays lack, and no threads
 * for all sessions together, since each session brings its own.
 */
final class Settings {
    private Settings() {}

    /**
     * Sets each property that neither the command line nor the environment has set.
     *
     * @param cache where DJL may keep files
     */
    static void apply(Path cache) {
        Map.of(
                        "OPT_OUT_TRACKING", "true",
                        "DJL_OFFLINE", "true",
                        "DJL_CACHE_DIR", cache.toAbsolutePath().toString(),
                        "ai.djl.onnx.disable_alternative", "true",
                        "ai.djl.onnxruntime.num_threads", "1",
                        "ai.djl.onnxruntime.num_interop_threads", "1")
                .forEach(Settings::setWhenUnset);
    }

    private static void setWhenUnset(String name, String value) {
        if (System.getProperty(name) == null && System.getenv(name) == null) {
            System.setProperty(name, value);
        }
    }
}
