package ai.tenon.bench.internal;

import ai.tenon.backend.Backend;
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

/** A backend's executable, called directly. */
final class ExecutableCandidate implements Candidate {
    private final Identity identity;
    private final Executable executable;
    private final ExecutionContext context;
    private final Tensor[] inputs;
    private final RunControl control = new RunControl();

    /**
     * Compiles.
     *
     * @param settings of the backend; those named {@code shape.INPUT} are shapes of inputs, too
     * @throws BackendException also if the thread is interrupted meanwhile
     */
    ExecutableCandidate(
            Identity identity,
            Backend backend,
            ModelSource source,
            int threads,
            Map<String, String> settings)
            throws BackendException {
        this.identity = identity;
        CompileOptions.Builder options = CompileOptions.builder().threads(threads);
        settings.forEach(options::setting);
        CompileMonitor monitor =
                new CompileMonitor((step, done) -> {}, Thread.currentThread()::isInterrupted);
        this.executable = backend.compile(source, options.build(), monitor);
        try {
            this.inputs = SeededInputs.of(executable.signature(), settings);
            this.context = executable.newContext();
        } catch (BackendException | RuntimeException e) {
            executable.close();
            throw e;
        }
    }

    @Override
    public Identity identity() {
        return identity;
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
