package ai.tenon.core.internal.placement;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendDescription.PartitionPolicy;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.KnownSettings;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.Signature;
import ai.tenon.backend.SupportReport;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Supports what a test says, and counts what is made and freed of it. */
final class FakeBackend implements Backend, Candidate {
    final List<CompileOptions> compiled = new ArrayList<>();
    final List<Tensor[]> given = new ArrayList<>();
    final List<Tensor> results = new ArrayList<>();
    boolean keepsInputs = true;
    int open;
    BackendException failure;

    private BackendDescription description;
    private final Predicate<Node> runs;
    private KnownSettings known;

    FakeBackend(String name, Predicate<Node> runs) {
        this(name, PartitionPolicy.ANY, runs);
    }

    FakeBackend(String name, PartitionPolicy policy, Predicate<Node> runs) {
        this.description = BackendDescription.builder(name, "fake").partitionPolicy(policy).build();
        this.runs = runs;
    }

    /** Runs some operators. */
    static FakeBackend of(String name, String... operators) {
        return new FakeBackend(name, node -> List.of(operators).contains(node.opType()));
    }

    static FakeBackend ofAll(String name) {
        return new FakeBackend(name, PartitionPolicy.WHOLE_GRAPH, node -> true);
    }

    /** From now on only these settings are taken. */
    FakeBackend knowing(String... settings) {
        this.known = KnownSettings.of(settings);
        this.description =
                BackendDescription.builder(description.name(), "fake").settings(known).build();
        return this;
    }

    @Override
    public Backend backend() {
        return this;
    }

    @Override
    public String label() {
        return description.name() + "@1.0.0";
    }

    @Override
    public BackendDescription description() {
        return description;
    }

    @Override
    public SupportReport support(ModelSource source) throws BackendException {
        Map<Node, String> unsupported = new HashMap<>();
        for (Node node : source.model().graph().nodes()) {
            if (!runs.test(node)) {
                unsupported.put(node, "no " + node.opType());
            }
        }
        return new SupportReport(unsupported, "");
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        if (failure != null) {
            throw failure;
        }
        if (known != null) {
            known.require(description.name(), source, options);
        }
        compiled.add(options);
        open++;
        Signature signature = Signature.of(source.model());
        return new Executable() {
            private boolean closed;

            @Override
            public Signature signature() {
                return signature;
            }

            @Override
            public ExecutionContext newContext() throws BackendException {
                if (failure != null) {
                    throw failure;
                }
                open++;
                return new Context(signature.outputs().size());
            }

            @Override
            public void close() {
                if (closed) {
                    throw new IllegalStateException("closed twice");
                }
                closed = true;
                open--;
            }
        };
    }

    private final class Context implements ExecutionContext {
        private final Tensor[] outputs;

        Context(int count) {
            outputs = new Tensor[count];
            for (int i = 0; i < count; i++) {
                outputs[i] = Tensor.ofFloats(new float[2], 2);
                results.add(outputs[i]);
            }
        }

        @Override
        public void run(Tensor[] inputs, RunControl control) throws BackendException {
            if (failure != null) {
                throw failure;
            }
            if (keepsInputs) {
                given.add(inputs.clone());
            }
        }

        @Override
        public Tensor output(int index) {
            return outputs[index];
        }

        @Override
        public void close() {
            open--;
        }
    }
}
