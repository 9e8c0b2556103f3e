package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.LayerProfile;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.Signature;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.engine.Memory;
import ai.tenon.cpu.internal.engine.Run;
import ai.tenon.cpu.internal.plan.Plan;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Working memory of one run at a time, set up for the shapes of the inputs that came last. */
final class CpuContext implements ExecutionContext {
    private static final int ALIGNMENT = 64;

    private final CpuExecutable executable;
    private final Plans plans;
    private final int threads;
    private final Signature signature;
    private final Memory table;
    private final ByteBuffer pointers;
    private final ByteBuffer[] staged;
    private final ByteBuffer[] seen;
    private final Tensor[] bound;
    private Plans.Ready ready;
    private Memory arena;
    private Memory results;
    private Run run;
    private Tensor[] outputs;
    private boolean hasOutputs;
    private boolean running;
    private boolean closed;

    CpuContext(CpuExecutable executable, Plans plans, int threads) throws BackendException {
        this.executable = executable;
        this.plans = plans;
        this.threads = threads;
        this.signature = executable.signature();
        int places = signature.inputs().size() + signature.outputs().size();
        table = Memory.reserve(Long.BYTES * (long) places);
        pointers = table.view(0, Long.BYTES * (long) places);
        staged = new ByteBuffer[signature.inputs().size()];
        seen = new ByteBuffer[signature.inputs().size()];
        bound = new Tensor[signature.outputs().size()];
    }

    @Override
    public void run(Tensor[] inputs, RunControl control) throws BackendException {
        begin();
        try {
            prepare(inputs);
            finish(run.run(control));
        } finally {
            end();
        }
    }

    /** As {@link #run}, and notes how long each step of {@link #plan} took, in nanoseconds. */
    private long[] time(Tensor[] inputs, RunControl control) throws BackendException {
        begin();
        try {
            prepare(inputs);
            long[] nanos = new long[ready.plan().steps().size()];
            finish(run.profile(control, nanos));
            return nanos;
        } finally {
            end();
        }
    }

    @Override
    public Optional<LayerProfile> profile(Tensor[] inputs, RunControl control)
            throws BackendException {
        long[] nanos = time(inputs, control);
        List<LayerProfile.Layer> layers = new ArrayList<>();
        for (int i = 0; i < nanos.length; i++) {
            Plan.Step step = ready.plan().steps().get(i);
            String peak =
                    step.operations() < step.bytes()
                            ? LayerProfile.MEMORY
                            : step.kernel().contains("int8")
                                    ? Engine.Peak.INT8.key()
                                    : step.kernel().contains("bf16")
                                            ? Engine.Peak.BF16.key()
                                            : Engine.Peak.FP32.key();
            layers.add(
                    new LayerProfile.Layer(
                            step.name(),
                            step.kernel(),
                            nanos[i],
                            step.operations(),
                            step.bytes(),
                            peak));
        }
        Map<String, Double> peaks = new TreeMap<>();
        plans.engine().peaks(threads).forEach((peak, value) -> peaks.put(peak.key(), value));
        return Optional.of(new LayerProfile(layers, peaks));
    }

    /** What the last run did. */
    Plan plan() {
        return ready.plan();
    }

    private synchronized void begin() throws BackendException {
        if (closed || running) {
            throw new BackendException(
                    ErrorClass.FATAL,
                    "a context of model '"
                            + plans.name()
                            + (closed ? "' is closed" : "' is in use by another thread"));
        }
        running = true;
        hasOutputs = false;
    }

    private synchronized void end() {
        running = false;
        if (closed) {
            free();
        }
    }

    private void prepare(Tensor[] inputs) throws BackendException {
        if (ready == null || !ready.fits(inputs)) {
            Plans.Ready next = plans.of(inputs);
            try {
                setUp(next);
            } finally {
                next.program().release();
            }
        }
        for (int i = 0; i < inputs.length; i++) {
            point(i, inputs[i].buffer());
        }
    }

    private void point(int input, ByteBuffer buffer) {
        ByteBuffer direct = buffer;
        if (!buffer.isDirect()) {
            direct = staged[input];
            if (direct == null || direct.capacity() < buffer.capacity()) {
                direct = ByteBuffer.allocateDirect(Math.max(1, buffer.capacity()));
                staged[input] = direct;
            }
            direct.put(0, buffer, 0, buffer.capacity());
        }
        if (seen[input] != direct) {
            pointers.putLong(Long.BYTES * input, Engine.address(direct));
            seen[input] = direct;
        }
    }

    private void setUp(Plans.Ready next) throws BackendException {
        closeRun();
        Plan plan = next.plan();
        arena = grown(arena, plan.arenaBytes());
        long total = 0;
        for (Plan.Output output : plan.outputs()) {
            total += aligned(output);
        }
        results = grown(results, total);
        outputs = new Tensor[plan.outputs().size()];
        long offset = 0;
        for (int i = 0; i < outputs.length; i++) {
            Plan.Output output = plan.outputs().get(i);
            long bytes = output.type().bytes(Tensor.elements(output.shape()));
            outputs[i] = Tensor.of(output.type(), output.shape(), results.view(offset, bytes));
            pointers.putLong(
                    Long.BYTES * (signature.inputs().size() + i), results.address() + offset);
            offset += aligned(output);
        }
        for (int i = 0; i < bound.length; i++) {
            use(i, bound[i]);
        }
        run =
                new Run(
                        plans.engine(),
                        next.program(),
                        plans.weights().address(),
                        arena.address(),
                        table.address(),
                        signature.inputs().size(),
                        threads);
        ready = next;
    }

    private static long aligned(Plan.Output output) {
        long bytes = output.type().bytes(Tensor.elements(output.shape()));
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
    }

    private static Memory grown(Memory memory, long bytes) throws BackendException {
        if (memory != null && memory.bytes() >= bytes) {
            return memory;
        }
        Memory grown = Memory.reserve(bytes);
        if (memory != null) {
            memory.close();
        }
        return grown;
    }

    private void finish(Run.Outcome outcome) throws BackendException {
        switch (outcome) {
            case DONE -> hasOutputs = true;
            case STOPPED ->
                    throw new BackendException(
                            ErrorClass.CANCELLED,
                            "model '"
                                    + plans.name()
                                    + "' was stopped behind "
                                    + ready.plan().steps().get(run.at()).name());
            default ->
                    throw new BackendException(
                            ErrorClass.INVALID_INPUT,
                            "model '"
                                    + plans.name()
                                    + "', node '"
                                    + ready.plan().steps().get(run.at()).name()
                                    + "': "
                                    + run.error());
        }
    }

    @Override
    public Tensor output(int index) {
        if (!hasOutputs) {
            throw new IllegalStateException(
                    "a context of model '" + plans.name() + "' has no outputs: run it first");
        }
        Tensor target = bound[index];
        return target != null && target.sameTypeAndShape(outputs[index]) ? target : outputs[index];
    }

    @Override
    public boolean bindOutput(int index, Tensor target) {
        if (target != null && (target.type() == DataType.STRING || !target.buffer().isDirect())) {
            return false;
        }
        bound[index] = target;
        if (outputs != null) {
            use(index, target);
        }
        return true;
    }

    /** Lets native code write into the caller's tensor where it fits, else into our own. */
    private void use(int index, Tensor target) {
        Tensor tensor =
                target != null && target.sameTypeAndShape(outputs[index]) ? target : outputs[index];
        pointers.putLong(
                Long.BYTES * (signature.inputs().size() + index), Engine.address(tensor.buffer()));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!running) {
            free();
        }
    }

    private void free() {
        hasOutputs = false;
        closeRun();
        for (Memory memory : new Memory[] {arena, results, table}) {
            if (memory != null) {
                memory.close();
            }
        }
        outputs = null;
        executable.release();
    }

    private void closeRun() {
        if (run != null) {
            run.close();
            run = null;
            ready = null;
        }
    }
}
