package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.CompileOptions;
import java.util.Map;

/** From Tenon's compile options to ONNX Runtime's session options. */
final class SessionSettings {
    /** Settings whose names start so are ONNX Runtime's own and handed on. */
    private static final String VENDOR_PREFIX = "session.";

    private SessionSettings() {}

    /**
     * @param entries ONNX Runtime's own keys and values; a setting of the same name in {@code
     *     options} wins
     * @return to be closed after the session
     */
    static OrtSession.SessionOptions create(CompileOptions options, Map<String, String> entries)
            throws OrtException {
        OrtSession.SessionOptions session = new OrtSession.SessionOptions();
        try {
            session.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            session.setInterOpNumThreads(1);
            session.setIntraOpNumThreads(options.threads());
            // Errors come as exceptions; warnings about a model's style are for its author.
            session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                if (!options.settings().containsKey(entry.getKey())) {
                    session.addConfigEntry(entry.getKey(), entry.getValue());
                }
            }
            for (Map.Entry<String, String> setting : options.settings().entrySet()) {
                if (setting.getKey().startsWith(VENDOR_PREFIX)) {
                    session.addConfigEntry(setting.getKey(), setting.getValue());
                }
            }
            return session;
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }
}
