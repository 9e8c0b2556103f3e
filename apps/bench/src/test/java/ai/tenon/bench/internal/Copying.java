package ai.tenon.bench.internal;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.KnownSettings;
import ai.tenon.backend.LayerProfile;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A backend that gives back what it gets, whatever the model, and has a setting {@code ink}; counts
 * what happens to it.
 */
final class Copying implements Backend {
    private static final KnownSettings SETTINGS = KnownSettings.of("ink");

    int runs;
    int threads;
    int open;
    int failAfter = Integer.MAX_VALUE;
    long[] shape;
    Map<String, String> settings = Map.of();
    private final String name;

    Copying(String name) {
        this.name = name;
    }

    @Override
    public BackendDescription description() {
        return BackendDescription.builder(name, "this test").settings(SETTINGS).build();
    }

    @Override
    public SupportReport support(ModelSource source) {
        return source.name().startsWith("odd")
                ? SupportReport.refused("odd models are refused")
                : SupportReport.ALL;
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        SETTINGS.require(name, source, options);
        threads = options.threads();
        settings = options.settings();
        open++;
        return new Executable() {
            @Override
            public Signature signature() {
                TensorSpec x = TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, -1));
                return new Signature(List.of(x), List.of(x));
            }

            @Override
            public ExecutionContext newContext() {
                open++;
                return new Context();
            }

            @Override
            public void close() {
                open--;
            }
        };
    }

    private final class Context implements ExecutionContext {
        private Tensor last;

        @Override
        public void run(Tensor[] inputs, RunControl control) throws BackendException {
            if (++runs > failAfter) {
                throw new BackendException(BackendException.ErrorClass.FATAL, "out of paper");
            }
            last = inputs[0];
            shape = last.shape();
        }

        @Override
        public Optional<LayerProfile> profile(Tensor[] inputs, RunControl control)
                throws BackendException {
            run(inputs, control);
            LayerProfile.Layer copy =
                    new LayerProfile.Layer(name, "copy", runs, 0, 8, LayerProfile.MEMORY);
            return Optional.of(new LayerProfile(List.of(copy), Map.of(LayerProfile.MEMORY, 1e9)));
        }

        @Override
        public Tensor output(int index) {
            return last;
        }

        @Override
        public void close() {
            open--;
        }
    }
}
