package ai.tenon.evaluation.internal.device;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription.Trait;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ModelSource;
import ai.tenon.evaluation.Sample;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.model.ModelFormat;
import ai.tenon.quantize.Calibration;
import ai.tenon.quantize.CalibrationData;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** A backend, as it is used for one optimisation: for compiling, and for running samples. */
public final class Device implements Calibration.Runner {
    private final Versioned<Backend> backend;
    private final ModelSource original;
    private final ModelFormat format;
    private final int threads;
    private final CompileMonitor monitor;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final AtomicInteger models = new AtomicInteger();

    /**
     * @param original what is being optimised
     * @param format in which backends may ask for models
     * @param threads that one run may use
     * @param monitor asked whether to give up
     */
    public Device(
            Versioned<Backend> backend,
            ModelSource original,
            ModelFormat format,
            int threads,
            CompileMonitor monitor) {
        this.backend = backend;
        this.original = original;
        this.format = format;
        this.threads = threads;
        this.monitor = monitor;
    }

    /** {@code name@version} of the backend. */
    public String reference() {
        return backend.reference();
    }

    /** Name of the backend. */
    public String name() {
        return backend.name();
    }

    public Backend backend() {
        return backend.service();
    }

    /** Threads that one run may use. */
    public int threads() {
        return threads;
    }

    /** Compiles the model that came, from its file. */
    public Executable compileOriginal() throws BackendException {
        return compile(original, threads);
    }

    /** Compiles what became of it. */
    public Executable compile(Model model) throws BackendException {
        return compile(source(model), threads);
    }

    private Executable compile(ModelSource source, int threadsOfRun) throws BackendException {
        CompileOptions options = CompileOptions.builder().threads(threadsOfRun).build();
        // what it says of its progress would only be noise between what is said of the whole
        return backend.service().compile(source, options, CompileMonitor.SILENT);
    }

    private ModelSource source(Model model) {
        String hash = original.sha256() + String.format("%08x", models.incrementAndGet());
        return ModelSource.ofModel(original.name(), hash, model, format);
    }

    /** Size of the file that a model would be, its external data included. */
    public long bytes(Model model) throws BackendException {
        return source(model).bytes().remaining();
    }

    @Override
    public void run(Model model, CalibrationData data, Consumer<Map<String, Tensor>> sink)
            throws BackendException {
        int workers = parallel() ? Math.min(cores, Math.max(1, data.size())) : 1;
        try (Executable executable = compile(source(model), cores / workers)) {
            new SampleRun<>(
                            List.of(executable),
                            data.iterator(),
                            data.source(),
                            Function.identity(),
                            (number, sample, answers) -> {
                                monitor.progress("calibrating", (double) number / data.size());
                                sink.accept(answers.get(0));
                            },
                            monitor)
                    .run(workers);
        }
    }

    /** Receives a sample and what each executable answered, valid only during the call. */
    @FunctionalInterface
    public interface SampleSink {
        /**
         * @param number of the sample, from 0
         */
        void accept(int number, Sample sample, List<Map<String, Tensor>> answers);
    }

    /**
     * Runs samples through executables compiled here.
     *
     * @param source where the samples come from, for messages
     * @throws IllegalArgumentException if a sample does not fit; the message names it
     * @throws BackendException if a run failed, or the work was cancelled
     */
    public void run(
            List<Executable> executables, Iterator<Sample> samples, String source, SampleSink sink)
            throws BackendException {
        new SampleRun<>(executables, samples, source, Sample::inputs, sink::accept, monitor)
                .run(parallel() ? Math.max(1, cores / threads) : 1);
    }

    private boolean parallel() {
        return backend.service().description().traits().contains(Trait.PARALLEL_CONTEXTS);
    }
}
