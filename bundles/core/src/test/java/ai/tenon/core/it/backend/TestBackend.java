package ai.tenon.core.it.backend;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;
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
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs Add, as a doubling of its first input, and Neg, and misbehaves as its bundle's manifest
 * asks: {@code Test-Factor} is what Add multiplies by, {@code Test-CompileMillis} how long it
 * compiles, {@code Test-RunMillis} how long a run takes, {@code Test-RunsUntilBroken} behind how
 * many runs every one fails, {@code Test-Refuse} why it supports nothing, {@code Test-Operator} the
 * only operator that it supports, {@code Test-CompileError} with what compiling dies, {@code
 * Test-Settings} the settings that it knows, or {@code none}; without that header it takes any.
 */
final class TestBackend implements Backend {
    private final String name;
    private final Map<String, String> behaviour;

    TestBackend(String name, Map<String, String> behaviour) {
        this.name = name;
        this.behaviour = behaviour;
    }

    private int number(String header, int otherwise) {
        return Integer.parseInt(behaviour.getOrDefault(header, Integer.toString(otherwise)));
    }

    @Override
    public BackendDescription description() {
        BackendDescription.Builder description =
                BackendDescription.builder(name, "test bundle (simulated)")
                        .simulated(true)
                        .trait(BackendDescription.Trait.PARALLEL_CONTEXTS);
        KnownSettings known = settings();
        return known == null ? description.build() : description.settings(known).build();
    }

    private KnownSettings settings() {
        String known = behaviour.get("Test-Settings");
        return known == null
                ? null
                : known.equals("none") ? KnownSettings.NONE : KnownSettings.of(known);
    }

    @Override
    public SupportReport support(ModelSource source) throws BackendException {
        String refusal = behaviour.get("Test-Refuse");
        if (refusal != null) {
            return SupportReport.refused(refusal);
        }
        String only = behaviour.get("Test-Operator");
        Map<Node, String> unsupported = new HashMap<>();
        for (Node node : source.model().graph().nodes()) {
            if (only != null && !only.equals(node.opType())) {
                unsupported.put(node, name + " runs " + only + " only");
            }
        }
        return new SupportReport(unsupported, "");
    }

    @Override
    public Executable compile(ModelSource source, CompileOptions options, CompileMonitor monitor)
            throws BackendException {
        if (behaviour.containsKey("Test-CompileError")) {
            throw new OutOfMemoryError(behaviour.get("Test-CompileError"));
        }
        KnownSettings known = settings();
        if (known != null) {
            known.require(name, source, options);
        }
        Signature signature = Signature.of(source.model());
        for (int slept = 0; slept < number("Test-CompileMillis", 0); slept += 10) {
            sleep(10);
            monitor.check();
        }
        return new Doubling(
                signature,
                source.model().graph().nodes(),
                number("Test-Factor", 2),
                number("Test-RunMillis", 0),
                number("Test-RunsUntilBroken", Integer.MAX_VALUE));
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Doubling implements Executable {
        private final Signature signature;
        private final List<Node> nodes;
        private final int factor;
        private final int runMillis;
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger runs = new AtomicInteger();
        private final int runsUntilBroken;
        private volatile boolean closed;

        Doubling(
                Signature signature,
                List<Node> nodes,
                int factor,
                int runMillis,
                int runsUntilBroken) {
            this.nodes = nodes;
            this.runsUntilBroken = runsUntilBroken;
            this.signature = signature;
            this.factor = factor;
            this.runMillis = runMillis;
        }

        @Override
        public Signature signature() {
            return signature;
        }

        @Override
        public ExecutionContext newContext() {
            return new Context();
        }

        @Override
        public void close() {
            if (running.get() > 0) {
                throw new IllegalStateException("closed under a running call");
            }
            closed = true;
        }

        private final class Context implements ExecutionContext {
            private final Map<String, Tensor> values = new HashMap<>();

            Context() {
                for (Node node : nodes) {
                    values.put(node.output(0).name(), Tensor.ofFloats(new float[4], 4));
                }
            }

            @Override
            public void run(Tensor[] inputs, RunControl control) throws BackendException {
                running.incrementAndGet();
                try {
                    if (runMillis > 0) {
                        sleep(runMillis);
                    }
                    if (runs.incrementAndGet() > runsUntilBroken) {
                        throw new BackendException(
                                BackendException.ErrorClass.FATAL, "the chip is gone");
                    }
                    if (closed) {
                        throw new BackendException(
                                BackendException.ErrorClass.FATAL, "run after close");
                    }
                    for (int i = 0; i < inputs.length; i++) {
                        values.put(signature.inputs().get(i).name(), inputs[i]);
                    }
                    nodes.forEach(this::run);
                } finally {
                    running.decrementAndGet();
                }
            }

            private void run(Node node) {
                ByteBuffer in = values.get(node.input(0).name()).buffer();
                ByteBuffer out = values.get(node.output(0).name()).buffer();
                int by = node.opType().equals("Neg") ? -1 : factor;
                for (int i = 0; i < 4; i++) {
                    out.putFloat(4 * i, by * in.getFloat(4 * i));
                }
            }

            @Override
            public Tensor output(int index) {
                return values.get(signature.outputs().get(index).name());
            }

            @Override
            public void close() {}
        }
    }
}
