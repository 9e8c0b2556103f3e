package ai.tenon.quantize;

import ai.tenon.backend.BackendException;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Samples, and a device to run models on: all that a quantizer needs to see activations. */
public final class Calibration {
    private final CalibrationData data;
    private final Runner runner;

    /** Runs models over samples; given by whoever calls the quantizer. */
    @FunctionalInterface
    public interface Runner {
        /** See {@link Calibration#run}. */
        void run(Model model, CalibrationData data, Consumer<Map<String, Tensor>> sink)
                throws BackendException;
    }

    public Calibration(CalibrationData data, Runner runner) {
        this.data = Objects.requireNonNull(data, "data");
        this.runner = Objects.requireNonNull(runner, "runner");
    }

    /** The samples. */
    public CalibrationData data() {
        return data;
    }

    /**
     * Runs a model over all samples, once, and hands on what it answers, sample by sample. To see
     * activations a quantizer makes a copy of the model and adds outputs to it; to see only their
     * range it lets the copy compute that too, so that the device does the work.
     *
     * @param model has the inputs of the model that is being quantized
     * @param sink receives the outputs of one sample by name, one sample at a time and not in any
     *     particular order; the tensors are valid only during the call
     * @throws BackendException if the model cannot be run, or the run was cancelled
     * @throws IllegalArgumentException if a sample lacks an input or has it in the wrong type or
     *     shape, or contains NaN; the message names sample and input
     */
    public void run(Model model, Consumer<Map<String, Tensor>> sink) throws BackendException {
        runner.run(model, data, sink);
    }
}
