package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendDescription.Trait;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.MemoryEstimate;
import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.core.internal.placement.Plan.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parts of a model, compiled by several backends, as one executable. */
public final class CutExecutable implements Executable {
    private final Signature signature;
    private final List<Candidate> backends;
    private final List<Executable> executables;
    private final Wiring wiring;
    private boolean closed;
    private volatile Candidate culprit;

    private CutExecutable(
            Signature signature, List<Candidate> backends, List<Executable> executables)
            throws BackendException {
        this.signature = signature;
        this.backends = backends;
        this.executables = List.copyOf(executables);
        this.wiring =
                Wiring.of(signature, executables.stream().map(Executable::signature).toList());
    }

    static CutExecutable compile(
            Signature signature, List<Part> parts, CompileOptions whole, CompileMonitor monitor)
            throws PlacementException {
        List<Executable> made = new ArrayList<>();
        Candidate current = parts.get(0).backend();
        try {
            PartOptions options = new PartOptions(parts, whole);
            for (Part part : parts) {
                current = part.backend();
                monitor.check();
                monitor.progress(
                        "compile " + part.source().name() + " on " + current.label(),
                        (double) made.size() / parts.size());
                made.add(current.backend().compile(part.source(), options.of(part), monitor));
            }
            return new CutExecutable(signature, parts.stream().map(Part::backend).toList(), made);
        } catch (BackendException | RuntimeException | Error e) {
            closeAll(made, e);
            throw new PlacementException(current, false, e);
        }
    }

    @Override
    public Signature signature() {
        return signature;
    }

    /** The compiled parts, in the order in which they run. */
    public List<Executable> parts() {
        return executables;
    }

    /** The backend that failed in the last run that failed; null if none did. */
    public Candidate culprit() {
        return culprit;
    }

    /** The error with the part and the backend that it came from. */
    BackendException blame(int part, BackendException e) {
        if (e.errorClass() != ErrorClass.CANCELLED && e.errorClass() != ErrorClass.INVALID_INPUT) {
            culprit = backends.get(part);
        }
        return new BackendException(
                e.errorClass(),
                "part "
                        + (part + 1)
                        + " of "
                        + backends.size()
                        + ", on "
                        + backends.get(part).label()
                        + ": "
                        + e.getMessage(),
                e.vendorCode(),
                e.vendorMessage(),
                e);
    }

    @Override
    public ExecutionContext newContext() throws BackendException {
        List<ExecutionContext> made = new ArrayList<>();
        try {
            for (int i = 0; i < backends.size(); i++) {
                boolean bound = backends.get(i).description().traits().contains(Trait.THREAD_BOUND);
                made.add(
                        bound
                                ? ThreadBoundContext.of(executables.get(i))
                                : executables.get(i).newContext());
            }
        } catch (BackendException | RuntimeException | Error e) {
            closeAll(made, e);
            throw e;
        }
        return new CutContext(this, wiring, made);
    }

    @Override
    public MemoryEstimate memory() {
        long weights = 0;
        long perContext = 0;
        for (Executable part : executables) {
            MemoryEstimate memory = part.memory();
            weights = sum(weights, memory.weights());
            perContext = sum(perContext, memory.perContext());
        }
        return new MemoryEstimate(weights, perContext);
    }

    /** Unknown, which is -1, stays unknown. */
    private static long sum(long a, long b) {
        return a < 0 || b < 0 ? -1 : a + b;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeOrThrow(executables);
        }
    }

    /** Closes all, the last first, whatever fails. */
    static void closeOrThrow(List<? extends AutoCloseable> resources) {
        IllegalStateException failure =
                new IllegalStateException("a part of the model could not be freed");
        closeAll(resources, failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private static void closeAll(List<? extends AutoCloseable> resources, Throwable failure) {
        for (int i = resources.size() - 1; i >= 0; i--) {
            try {
                resources.get(i).close();
            } catch (Exception | Error e) {
                failure.addSuppressed(e);
            }
        }
    }

    /**
     * Which tensor goes where: every value that enters the model or leaves a part has a slot.
     *
     * @param inputs of each part, by position, their slots
     * @param results of each part, by position, the slots of its outputs
     * @param outputs the slots of the model's outputs
     */
    record Wiring(int slots, int[][] inputs, int[][] results, int[] outputs) {
        static Wiring of(Signature whole, List<Signature> parts) throws BackendException {
            Map<String, Integer> slots = new HashMap<>();
            whole.inputs().forEach(input -> slots.put(input.name(), slots.size()));
            int[][] inputs = new int[parts.size()][];
            int[][] results = new int[parts.size()][];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = find(parts.get(i).inputs(), slots);
                parts.get(i).outputs().forEach(output -> slots.put(output.name(), slots.size()));
                results[i] = find(parts.get(i).outputs(), slots);
            }
            return new Wiring(slots.size(), inputs, results, find(whole.outputs(), slots));
        }

        private static int[] find(List<TensorSpec> specs, Map<String, Integer> slots)
                throws BackendException {
            int[] found = new int[specs.size()];
            for (int i = 0; i < found.length; i++) {
                found[i] = slots.getOrDefault(specs.get(i).name(), -1);
                if (found[i] < 0) {
                    throw new BackendException(
                            ErrorClass.FATAL,
                            "no part of the model yields '"
                                    + specs.get(i).name()
                                    + "'; its backend changed the names of outputs");
                }
            }
            return found;
        }
    }
}
