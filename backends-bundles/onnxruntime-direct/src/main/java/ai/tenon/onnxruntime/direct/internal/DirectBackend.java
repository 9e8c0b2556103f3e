package ai.tenon.onnxruntime.direct.internal;

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
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/**
 * ONNX Runtime as a careful user without Tenon calls it: its own defaults, tensors over direct
 * buffers, pinned outputs. What other ways to ONNX Runtime cost is measured against it.
 */
@Component(immediate = true)
public final class DirectBackend implements Backend {
    private static final String NAME = "ort-direct";

    private final BackendDescription description;
    private final SessionCompiler compiler =
            new SessionCompiler(NAME, options -> Map.of(), DirectSession::new);

    /**
     * @param onnxRuntime what its provider says of the library; present once it is loaded
     */
    @Activate
    public DirectBackend(
            @Reference(
                            service = Condition.class,
                            target = "(osgi.condition.id=ai.tenon.onnxruntime)")
                    Map<String, ?> onnxRuntime) {
        description =
                OrtDescription.builder(NAME)
                        .property("onnxruntime", onnxRuntime.get("version").toString())
                        .build();
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
