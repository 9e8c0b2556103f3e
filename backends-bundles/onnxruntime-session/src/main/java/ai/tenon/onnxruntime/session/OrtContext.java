package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** One run at a time of a session, with inputs and outputs that stay in place between runs. */
final class OrtContext implements ExecutionContext {
    private enum State {
        IDLE,
        RUNNING,
        /** Closed by another thread while running; freed when the run returns. */
        CLOSING,
        CLOSED
    }

    private final OrtExecutable executable;
    private final OrtSession session;
    private final SessionOwner.TensorFactory factory;
    private final OrtSession.RunOptions runOptions;
    private final List<String> inputNames = new ArrayList<>();
    private final List<InputSlot> inputs = new ArrayList<>();
    private final List<OutputSlot> outputs = new ArrayList<>();
    private final Map<String, OnnxTensor> inputMap = new LinkedHashMap<>();
    private final Map<String, OnnxValue> pinned = new LinkedHashMap<>();
    private final Set<String> requested = new LinkedHashSet<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private volatile boolean hasOutputs;

    /** Leaves nothing behind when it fails. */
    OrtContext(OrtExecutable executable, SessionOwner owner, Signature signature)
            throws OrtException {
        this.executable = executable;
        session = owner.session();
        runOptions = new OrtSession.RunOptions();
        factory = owner.newTensorFactory();
        try {
            runOptions.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            for (TensorSpec input : signature.inputs()) {
                inputNames.add(input.name());
                inputs.add(new InputSlot(factory));
            }
            for (TensorSpec output : signature.outputs()) {
                outputs.add(new OutputSlot(output));
            }
        } catch (OrtException | RuntimeException e) {
            freeNatives();
            throw e;
        }
        sortOutputs();
    }

    @Override
    public void run(Tensor[] tensors, RunControl control) throws BackendException {
        if (!state.compareAndSet(State.IDLE, State.RUNNING)) {
            throw OrtErrors.closed(executable.model(), "a context");
        }
        try {
            hasOutputs = false;
            take(tensors);
            execute();
            hasOutputs = true;
        } catch (OrtException e) {
            throw OrtErrors.running(executable.model(), e);
        } finally {
            if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
                free();
            }
        }
    }

    private void take(Tensor[] tensors) throws OrtException {
        boolean sameShapes = true;
        for (int i = 0; i < tensors.length; i++) {
            InputSlot slot = inputs.get(i);
            sameShapes &= slot.hasShapeOf(tensors[i]);
            if (slot.take(tensors[i])) {
                inputMap.put(inputNames.get(i), slot.tensor());
            }
        }
        if (!sameShapes && !pinned.isEmpty()) {
            outputs.forEach(OutputSlot::unpin);
            sortOutputs();
        }
    }

    private void execute() throws OrtException {
        try {
            runSession();
        } catch (OrtException e) {
            if (outputs.stream().noneMatch(OutputSlot::isGuess)) {
                throw e;
            }
            runWithoutGuesses();
        }
    }

    /** Perhaps only the guessed shape of an output was wrong: lets ONNX Runtime choose. */
    private void runWithoutGuesses() throws OrtException {
        List<OutputSlot> doubted = outputs.stream().filter(OutputSlot::isGuess).toList();
        List<Tensor> guesses = doubted.stream().map(OutputSlot::tensor).toList();
        doubted.forEach(OutputSlot::unpin);
        sortOutputs();
        runSession();
        for (int i = 0; i < doubted.size(); i++) {
            if (!doubted.get(i).tensor().sameTypeAndShape(guesses.get(i))) {
                doubted.get(i).stopGuessing();
            }
        }
        sortOutputs();
    }

    private void runSession() throws OrtException {
        try (OrtSession.Result result = session.run(inputMap, requested, pinned, runOptions)) {
            if (requested.isEmpty()) {
                return;
            }
            for (OutputSlot output : outputs) {
                if (output.pinned() == null) {
                    output.accept((OnnxTensor) result.get(output.name()).orElseThrow());
                }
            }
        }
        sortOutputs();
    }

    /** Tells pinned outputs from those that ONNX Runtime allocates. */
    private void sortOutputs() {
        pinned.clear();
        requested.clear();
        for (OutputSlot output : outputs) {
            if (output.pinned() != null) {
                pinned.put(output.name(), output.pinned());
            } else {
                requested.add(output.name());
            }
        }
    }

    @Override
    public Tensor output(int index) {
        if (!hasOutputs) {
            throw new IllegalStateException(
                    "a context of model '" + executable.model() + "' has no outputs: run it first");
        }
        return outputs.get(index).tensor();
    }

    @Override
    public void close() {
        State before =
                state.getAndUpdate(
                        now ->
                                now == State.IDLE
                                        ? State.CLOSED
                                        : now == State.RUNNING ? State.CLOSING : now);
        if (before == State.IDLE) {
            free();
        }
    }

    private void free() {
        state.set(State.CLOSED);
        hasOutputs = false;
        freeNatives();
        executable.contextClosed();
    }

    private void freeNatives() {
        inputs.forEach(InputSlot::close);
        outputs.forEach(OutputSlot::close);
        factory.close();
        runOptions.close();
    }
}
