package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Function;

/** From a model to an executable on ONNX Runtime. */
public final class SessionCompiler {
    private final String backend;
    private final Function<CompileOptions, Map<String, String>> entries;
    private final Function<OrtSession, SessionOwner> ownership;

    /**
     * @param backend its name
     * @param entries ONNX Runtime's own session keys and values for what was asked
     * @param ownership hands a new session to the object that will own it
     */
    public SessionCompiler(
            String backend,
            Function<CompileOptions, Map<String, String>> entries,
            Function<OrtSession, SessionOwner> ownership) {
        this.backend = backend;
        this.entries = entries;
        this.ownership = ownership;
    }

    /** As {@link ai.tenon.backend.Backend#compile}. */
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        SessionSettings.KNOWN.require(backend, source, options);
        SupportReport support = ModelCheck.report(source);
        if (!support.isComplete()) {
            throw new BackendException(
                    ErrorClass.FALLBACK,
                    "model '"
                            + source.name()
                            + "' is not for ONNX Runtime: "
                            + String.join("; ", support.reasons()));
        }
        Signature signature = Signature.of(source.model());
        monitor.check();
        monitor.progress("session", 0);
        OrtSession session = open(source, options);
        Executable executable =
                new OrtExecutable(source.name(), signature, ownership.apply(session));
        try {
            monitor.check();
        } catch (BackendException e) {
            executable.close();
            throw e;
        }
        monitor.progress("session", 1);
        return executable;
    }

    /** From the file where there is one: its external data lies beside it. */
    private OrtSession open(ModelSource source, CompileOptions options) throws BackendException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions session =
                SessionSettings.create(options, entries.apply(options))) {
            return source.file().isPresent()
                    ? environment.createSession(source.file().get().toString(), session)
                    : environment.createSession(direct(source.bytes()), session);
        } catch (OrtException e) {
            throw OrtErrors.compiling(source.name(), e);
        }
    }

    /** ONNX Runtime reads from direct buffers only. */
    private static ByteBuffer direct(ByteBuffer bytes) {
        return bytes.isDirect()
                ? bytes
                : ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
