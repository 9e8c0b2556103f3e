package ai.tenon.djl.onnxruntime.internal;

import ai.tenon.backend.CompileOptions;
import java.util.Map;

/** How sessions are set up beyond what every ONNX Runtime backend does. */
final class SessionTuning {
    private SessionTuning() {}

    /** For the backend's description. */
    static String description() {
        return "threads spin while a run goes on and sleep between runs";
    }

    /**
     * ONNX Runtime's session keys. Left alone, its threads go on spinning for a while after each
     * run, on a core and on power that somebody else wants.
     */
    static Map<String, String> entries(CompileOptions options) {
        return Map.of("session.force_spinning_stop", "1");
    }
}
