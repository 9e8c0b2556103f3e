package ai.tenon.bench.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.LayerProfile;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.SeededInputs;
import ai.tenon.graph.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A backend's executable, called directly. */
final class ExecutableCandidate implements Candidate {
    private final String name;
    private final String version;
    private final String device;
    private final Executable executable;
    private final ExecutionContext context;
    private final Tensor[] inputs;
    private final RunControl control = new RunControl();

    ExecutableCandidate(
            String name,
            KnownBackend backend,
            ModelSource source,
            int threads,
            Map<String, String> settings)
            throws BackendException {
        this.name = name;
        this.version = backend.version().toString();
        this.device = backend.backend().description().device();
        CompileOptions.Builder options = CompileOptions.builder().threads(threads);
        settings.forEach(options::setting);
        this.executable = backend.backend().compile(source, options.build(), CompileMonitor.SILENT);
        try {
            this.inputs = SeededInputs.of(executable.signature(), shapes(settings));
            this.context = executable.newContext();
        } catch (BackendException | RuntimeException e) {
            executable.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return version;
    }

    /** Of the settings those that are shapes of inputs. */
    private static Map<String, String> shapes(Map<String, String> settings) {
        Map<String, String> shapes = new TreeMap<>(settings);
        shapes.keySet().removeIf(key -> !key.startsWith("shape."));
        return shapes;
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public Optional<LayerProfile> profile() throws BackendException {
        return context.profile(inputs, control);
    }

    @Override
    public void run() throws BackendException {
        context.run(inputs, control);
    }

    @Override
    public void close() {
        context.close();
        executable.close();
    }
}
