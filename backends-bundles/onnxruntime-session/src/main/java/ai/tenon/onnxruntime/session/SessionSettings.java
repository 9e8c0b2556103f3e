package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.KnownSettings;
import java.util.Map;

/** From Tenon's compile options to ONNX Runtime's session options. */
final class SessionSettings {
    /**
     * ONNX Runtime's own, all of which are handed on. It takes any key without a word, so that only
     * the areas can be known here in which its versions have keys of sessions.
     */
    static final KnownSettings KNOWN =
            KnownSettings.of("session.", "optimization.", "ep.", "mlas.");

    private static final String SHAPE = "shape.";

    private SessionSettings() {}

    /**
     * @param options whose settings are known
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
                if (!setting.getKey().startsWith(SHAPE)) {
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
