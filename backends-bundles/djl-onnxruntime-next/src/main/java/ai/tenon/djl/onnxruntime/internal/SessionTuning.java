package ai.tenon.djl.onnxruntime.internal;

import ai.tenon.backend.CompileOptions;
import java.util.Map;

/** How sessions are set up beyond what every ONNX Runtime backend does. */
final class SessionTuning {
    private SessionTuning() {}

    /** For the backend's description. */
    static String description() {
        return "threads spin while a run goes on and sleep between runs;"
                + " with the power profiles LOWEST and SAVER they never spin";
    }

    /**
     * ONNX Runtime's session keys for a power profile. A thread that spins answers sooner; one that
     * sleeps leaves the core to others, or to nobody.
     */
    static Map<String, String> entries(CompileOptions options) {
        return switch (options.power()) {
            case LOWEST, SAVER -> Map.of("session.intra_op.allow_spinning", "0");
            case BALANCED, PERFORMANCE, BURST -> Map.of("session.force_spinning_stop", "1");
        };
    }
}
