package ai.tenon.djl.onnxruntime.internal;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.onnxruntime.session.ModelCheck;
import ai.tenon.onnxruntime.session.OrtDescription;
import ai.tenon.onnxruntime.session.SessionCompiler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/** ONNX Runtime through DJL: DJL owns the sessions and the input tensors. */
@Component(immediate = true)
public final class DjlBackend implements Backend {
    private static final String NAME = "djl-onnxruntime";
    private static final String ENGINE = "OnnxRuntime";

    private final BackendDescription description;
    private final SessionCompiler compiler;

    /**
     * @param djl present once DJL's settings are in force and its engine is loaded
     */
    @Activate
    public DjlBackend(@Reference(target = "(osgi.condition.id=ai.tenon.djl)") Condition djl) {
        Engine engine = Engine.getEngine(ENGINE);
        description =
                OrtDescription.builder(NAME)
                        .property("djl", Engine.getDjlVersion())
                        .property("onnxruntime", OrtEnvironment.getEnvironment().getVersion())
                        .property("session.tuning", SessionTuning.description())
                        .build();
        compiler =
                new SessionCompiler(
                        NAME, SessionTuning::entries, session -> new DjlSession(engine, session));
    }

    @Override
    public BackendDescription description() {
        return description;
    }

    @Override
    public SupportReport support(ModelSource source) throws BackendException {
        return ModelCheck.report(source);
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        return compiler.compile(source, options, monitor);
    }
}
